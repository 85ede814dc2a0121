#!/usr/bin/env python3
"""Run a Dag file with ``dag.test()`` for a logical date; the environment need not have the extras."""

import importlib
import logging
import sys
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

#: What results of the run must be: two images to block, nine to allow, and one to review, which is no image.
COUNTS = {"images": 12, "analyzed": 11, "flagged": 3, "allow": 9, "review": 1, "block": 2, "failed": 1}


def load_dag(path: Path) -> Any:
    """Import the file, which is in a folder of its own, and return its Dag."""
    sys.path.insert(0, str(path.parent))
    return vars(importlib.import_module(path.stem))["manifest"].dag


def main() -> int:
    """Run it, and compare what it found."""
    path, logical_date = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
    logging.disable(logging.INFO)
    named = "logical_date" if version("apache-airflow") >= "3" else "execution_date"
    run = load_dag(path).test(**{named: logical_date})
    instances = {ti.task_id: ti for ti in run.get_task_instances()}
    counts = instances["results"].xcom_pull(task_ids="results", key="counts")
    sys.stdout.write(
        f"Airflow {version('apache-airflow')}, amazon {version('apache-airflow-providers-amazon')}: "
    )
    sys.stdout.write(f"{path.stem} is {run.state}: {counts}\n")
    return int(str(run.state) != "success" or {name: counts[name] for name in COUNTS} != COUNTS)


if __name__ == "__main__":
    sys.exit(main())
