"""Copies Dag files to a Dags folder. On Airflow 2.11 their imports are those of the compatibility page."""

import re
from importlib.metadata import version
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "compatibility.md"
_ROW = re.compile(r"^\| `from airflow\.sdk import (\w+)` \| `(.+)` \|$", re.MULTILINE)
_IMPORT = re.compile(r"^from airflow\.sdk import (.+)$", re.MULTILINE)


def copy_dag_file(source: Path, folder: Path) -> Path:
    """Copy one Dag file, with imports that the installed Airflow has."""
    text = source.read_text()
    target = folder / source.name
    target.write_text(text if version("apache-airflow") >= "3" else with_airflow_2_imports(text))
    return target


def with_airflow_2_imports(text: str) -> str:
    """Replace each import from ``airflow.sdk`` by the one that the page gives."""
    imports = dict(_ROW.findall(PAGE.read_text()))
    return _IMPORT.sub(lambda found: "\n".join(imports[name] for name in found[1].split(", ")), text)
