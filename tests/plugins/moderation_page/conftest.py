"""The page as the api-server mounts it, with logins for a user of one Dag and a user of another."""

from importlib.metadata import version

import pytest

if version("apache-airflow").split(".")[:2] < ["3", "1"]:
    collect_ignore_glob = ["test_*.py", "review/test_*.py"]
else:
    from plugins.moderation_page.metadata import Metadata
    from plugins.moderation_page.mounted_page import mounted_page

NIGHT = "/rekmedia/dags/night/runs/manual__1/tasks/results"


@pytest.fixture(scope="module")
def metadata(airflow_database):
    """Airflow's database with runs of the Dags *night* and *other*."""
    with Metadata() as rows:
        yield rows


@pytest.fixture(scope="module")
def page(metadata):
    """The page, mounted as Airflow mounts it."""
    with mounted_page() as page:
        yield page
