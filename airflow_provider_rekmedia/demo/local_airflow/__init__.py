"""Start, watch and stop a complete Airflow on this machine."""
