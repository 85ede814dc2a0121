"""The app of the plugin, mounted as the api-server mounts it."""

from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

USERS = ("night", "other", "night_viewer")


@dataclass
class Page:
    """
    The page, and its users.

    ``night`` may read and change the Dag night, ``night_viewer`` may read it, ``other`` has the Dag other.
    """

    app: FastAPI
    tokens: dict[str, str]

    def get(self, path, user="night", method="GET", **request):
        client = TestClient(self.app, root_path=request.pop("root_path", ""))
        headers = {"Authorization": f"Bearer {self.tokens[user]}"} if user else {}
        return client.request(method, path, headers=headers, follow_redirects=False, **request)


@contextmanager
def mounted_page():
    """Mount the page, with an auth manager of its own."""
    from airflow.api_fastapi import app as api  # noqa: PLC0415 after the environment is set

    from airflow_provider_rekmedia.plugins.moderation import ModerationPlugin  # noqa: PLC0415

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW__CORE__AUTH_MANAGER", "plugins.moderation_page.per_dag_access.PerDagAccess")
        manager = api.create_auth_manager()
        outer = FastAPI()
        for mounted in ModerationPlugin().fastapi_apps:
            outer.mount(mounted["url_prefix"], mounted["app"])
        yield Page(outer, {user: manager.token_of(user) for user in USERS})
    api.purge_cached_app()
