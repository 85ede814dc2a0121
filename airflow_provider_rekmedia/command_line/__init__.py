"""The command line: ``python -m airflow_provider_rekmedia``. One module for each command."""
