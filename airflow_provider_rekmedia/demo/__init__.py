"""
A demo that needs no AWS account: sample images, an emulated AWS and a real local Airflow.

``python -m airflow_provider_rekmedia.demo`` runs the nightly Dag once and prints the result.
``python -m airflow_provider_rekmedia.demo serve`` keeps Airflow running for a browser.
"""
