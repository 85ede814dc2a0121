"""The page as the api-server mounts it, with logins for a user of one Dag and a user of another."""

from dataclasses import dataclass
from importlib.metadata import version

import pytest

if version("apache-airflow").split(".")[:2] < ["3", "1"]:
    collect_ignore_glob = ["test_*.py"]
else:
    from fastapi import FastAPI
    from fastapi.testclient import TestClient
    from plugins.moderation_page.metadata import Metadata

NIGHT = "/rekmedia/dags/night/runs/manual__1/tasks/results"


@pytest.fixture(scope="module")
def metadata(airflow_database):
    """Airflow's database with runs of the Dags *night* and *other*."""
    with Metadata() as rows:
        yield rows


@dataclass
class Page:
    """
    The page, and its users.

    ``night`` may read the Dag night, ``other`` the Dag other, ``blind`` the Dag night without its XComs.
    """

    app: "FastAPI"
    tokens: dict[str, str]

    def get(self, path, user="night", method="GET", **request):
        client = TestClient(self.app, root_path=request.pop("root_path", ""))
        headers = {"Authorization": f"Bearer {self.tokens[user]}"} if user else {}
        return client.request(method, path, headers=headers, follow_redirects=False, **request)


@pytest.fixture(scope="module")
def page(metadata):
    """The page, mounted as Airflow mounts it."""
    from airflow.api_fastapi import app as api  # noqa: PLC0415 after the environment is set

    from airflow_provider_rekmedia.plugins.moderation import ModerationPlugin  # noqa: PLC0415

    with pytest.MonkeyPatch.context() as patch:
        name = "plugins.moderation_page.per_dag_access.PerDagAccess"
        patch.setenv("AIRFLOW__CORE__AUTH_MANAGER", name)
        manager = api.create_auth_manager()
        tokens = {user: manager.token_of(user) for user in ("night", "other", "blind")}
        outer = FastAPI()
        for mounted in ModerationPlugin().fastapi_apps:
            outer.mount(mounted["url_prefix"], mounted["app"])
        yield Page(outer, tokens)
    api.purge_cached_app()
