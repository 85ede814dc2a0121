"""The SDK: boto3 clients wrapped in the words of the core. No Airflow."""
