"""Plugins: pages in Airflow's web interface."""
