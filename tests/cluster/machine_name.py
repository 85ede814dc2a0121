"""Airflow's ``hostname_callable``: each machine of the cluster has a name in its environment."""

import os


def machine_name() -> str:
    return os.environ["MACHINE_NAME"]
