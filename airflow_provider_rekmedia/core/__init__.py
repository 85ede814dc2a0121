"""Values and decisions; touches nothing: no Airflow, no SDK, no clock, no disk, no randomness."""
