"""Airflow code that several operators, sensors and triggers share."""
