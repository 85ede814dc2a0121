"""From an Airflow connection to the adapters."""
