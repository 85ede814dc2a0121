"""
The CPU time that a Dag file with all operators costs to parse, beside one operator of the Amazon provider.

Each import runs in a fresh process, after ``airflow.sdk`` (on Airflow 2, ``airflow.models``). The two
contenders alternate, so that a busy machine slows both. It prints the medians of the CPU time (user and
system), and their ratio; the goal is at most 1.2.

    python tests/benchmarks/parse_cost.py [PAIRS]
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PAIRS = 10
GOAL = 1.2

#: What a Dag file imports, by contender.
IMPORTS = {
    "comprehend": ["airflow.providers.amazon.aws.operators.comprehend"],
    "ours": [
        "airflow_provider_rekmedia.operators.manifest",
        "airflow_provider_rekmedia.operators.media_analysis",
        "airflow_provider_rekmedia.operators.moderation_labels",
        "airflow_provider_rekmedia.operators.results",
    ],
}

#: Run in a fresh process: prints the CPU seconds of the imports.
PROGRAM = """
import importlib, json, resource, sys
try:
    import airflow.sdk
except ImportError:
    import airflow.models
def cpu_s():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
before = cpu_s()
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
print(cpu_s() - before)
"""


def import_cpu_s(modules, home):
    environment = os.environ | {
        "AIRFLOW_HOME": home,
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    command = [sys.executable, "-c", PROGRAM, json.dumps(modules)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return float(done.stdout.splitlines()[-1])


def main(pairs):
    measured = {name: [] for name in IMPORTS}
    with tempfile.TemporaryDirectory() as home:
        for modules in IMPORTS.values():  # fills the caches of bytecode
            import_cpu_s(modules, home)
        for _ in range(pairs):
            for name, modules in IMPORTS.items():
                measured[name].append(import_cpu_s(modules, home))
    medians = {name: statistics.median(values) for name, values in measured.items()}
    for name, median in medians.items():
        print(f"{name:12} {median * 1000:7.0f} CPU ms, median of {pairs}")
    print(f"ratio        {medians['ours'] / medians['comprehend']:7.2f}   (goal: at most {GOAL})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PAIRS)
