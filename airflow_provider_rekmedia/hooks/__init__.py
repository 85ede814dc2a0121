"""From an Airflow connection to boto3 clients."""
