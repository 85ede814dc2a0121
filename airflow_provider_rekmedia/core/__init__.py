"""Values and decisions. The core does no I/O: no Airflow, no SDK, no clock, no disk, no randomness."""
