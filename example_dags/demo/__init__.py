"""
The first minute: sample images, an emulated AWS and a real local Airflow, started and stopped together.

``make demo`` runs one night and tells what happened; ``make airflow`` leaves everything on for a browser.
"""
