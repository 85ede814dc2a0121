"""
A whole Airflow after one run, with two more api-servers that people log in to.

Both have a path in their base URL. One has the simple auth manager and two workers, the other has FAB.
"""

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from adapters.report.test_page import HOSTILE
from buckets import create_buckets

from airflow_provider_rekmedia.demo.local_airflow.processes import BackgroundProcess, stop_processes
from airflow_provider_rekmedia.demo.local_airflow.rest_api import DagRun
from airflow_provider_rekmedia.demo.local_airflow.settings import find_free_ports
from airflow_provider_rekmedia.demo.local_airflow.supervisor import LocalAirflow
from airflow_provider_rekmedia.demo.local_airflow.waiting import wait_until
from airflow_provider_rekmedia.emulator import Handle, Settings, running

DAG_ID = "hostile_labels"
REVIEW_DAG_ID = "review_photos"
RESULTS = "<img src=x onerror=window.XSS=1>.jsonl"
USERS = ("admin", "op", "user", "viewer")
#: What changes in the example, so that nobody answers in time. Older releases only know the second name.
EXPIRING = {
    '    "approved_actions",\n': '    "expired_approval",\n',
    "        approved_actions(ApprovalOperator)": """\
        from datetime import timedelta
        from functools import partial
        from inspect import signature

        from airflow.providers.standard.operators.hitl import HITLOperator

        has_own = "response_timeout" in signature(HITLOperator.__init__).parameters
        timeout = "response_timeout" if has_own else "execution_timeout"
        approved_actions(partial(ApprovalOperator, **{timeout: timedelta(seconds=1)}))""",
}
FAB = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"


@dataclass(frozen=True)
class Site:
    """
    An api-server with logins.

    :param url: With the path ``/airflow``.
    :param run: A run that succeeded, with one report.
    :param airflow: The Airflow behind it, without login.
    :param aws: The emulator that its connection leads to.
    """

    url: str
    run: DagRun
    airflow: LocalAirflow
    aws: Any

    @property
    def run_path(self) -> str:
        """The run, below the URL of Airflow or of the page."""
        return f"/dags/{DAG_ID}/runs/{quote(self.run.run_id, safe='')}"

    def token_of(self, user: str) -> str:
        """Log in; the password of each user is the name."""
        login = {"username": user, "password": user}
        response = httpx.post(f"{self.url}/auth/token", json=login, trust_env=False, timeout=60)
        response.raise_for_status()
        return response.json()["access_token"]


@dataclass(frozen=True)
class ModeratedAirflow:
    """
    An Airflow whose API needs no login, and its emulated AWS.

    :param sites: By the name of the auth manager.
    """

    local: LocalAirflow
    aws: Handle
    sites: dict[str, Site]


@contextmanager
def moderated_airflow(home: Path) -> Iterator[ModeratedAirflow]:
    """Run the Dag of hostile labels, and serve what it wrote."""
    with running(settings=Settings()) as aws:
        s3 = aws.client("s3")
        create_buckets(s3, "photos")
        s3.put_object(Bucket="photos", Key=RESULTS, Body="".join(map(_result, HOSTILE)).encode())
        with LocalAirflow(home / "airflow", _dags(home / "dags")) as airflow:
            settings = {
                # A busy machine: the default of 5 s fails tasks that could run.
                "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "60",
                # How often Airflow ends questions that nobody answered in time. The default is 15 s.
                "AIRFLOW__SCHEDULER__TRIGGER_TIMEOUT_CHECK_INTERVAL": "1",
            }
            airflow.start({"AIRFLOW_CONN_AWS_DEFAULT": aws.airflow_connection(), **settings})
            # Everything starts at once, because most of the time is spent on imports.
            with _simple(airflow, home) as simple:
                airflow.wait_until_ready(DAG_ID)
                run = airflow.api.trigger(DAG_ID)
                with _fab(airflow, home) as fab:
                    _wait_for_success(airflow, run)
                    urls = {"simple": simple} | ({"fab": fab} if fab else {})
                    for url in urls.values():
                        wait_until(lambda url=url: _listens(url), what=url, timeout_s=180)
                    sites = {name: Site(url, run, airflow, aws) for name, url in urls.items()}
                    yield ModeratedAirflow(airflow, aws, sites)


def _wait_for_success(airflow: LocalAirflow, run: DagRun) -> None:
    wait_until(
        lambda: airflow.api.state(run) in ("success", "failed"),
        what="the run",
        timeout_s=180,
        needed=airflow.processes,
    )
    assert airflow.api.state(run) == "success"


def _dags(folder: Path) -> Path:
    """Copy the Dag beside this file, the example with an approval, and one whose approval expires."""
    shutil.copytree(Path(__file__).parent / "dags", folder)
    example = Path(shutil.copy(Path(__file__).parents[2] / "example_dags" / "approved_actions.py", folder))
    text = example.read_text()
    for old, new in EXPIRING.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / "expired_approval.py").write_text(text)
    return folder


@contextmanager
def _simple(airflow: LocalAirflow, home: Path) -> Iterator[str]:
    passwords = home / "passwords.json"
    passwords.write_text(json.dumps({name: name for name in USERS}))
    settings = {
        "AIRFLOW__API__WORKERS": "2",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{name}:{name}" for name in USERS),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
    }
    with _api_server(airflow, home, "simple", settings) as url:
        yield url


@contextmanager
def _fab(airflow: LocalAirflow, home: Path) -> Iterator[str | None]:
    """Start a server with FAB; ``None`` where its provider is not installed."""
    if not find_spec("airflow.providers.fab"):
        yield None
        return
    settings = {"AIRFLOW__CORE__AUTH_MANAGER": FAB}
    script = [sys.executable, str(Path(__file__).with_name("create_fab_users.py")), DAG_ID, REVIEW_DAG_ID]
    environment = airflow._environment | settings
    users = BackgroundProcess("FAB users", script, environment=environment, log=home / "fab-users.log")
    users.wait(timeout_s=180)
    with _api_server(airflow, home, "fab", settings) as url:
        yield url


@contextmanager
def _api_server(airflow: LocalAirflow, home: Path, name: str, settings: dict[str, str]) -> Iterator[str]:
    (port,) = find_free_ports(1)
    url = f"http://127.0.0.1:{port}/airflow"
    base = {"AIRFLOW__API__BASE_URL": url, "AIRFLOW__API__PORT": str(port)}
    process = BackgroundProcess(
        name,
        [sys.executable, "-m", "airflow", "api-server"],
        environment=airflow._environment | base | settings,
        log=home / f"api-server-{name}.log",
    )
    try:
        yield url
    finally:
        stop_processes([process])


def _listens(url: str) -> bool:
    try:
        return httpx.get(f"{url}/api/v2/version", trust_env=False).is_success
    except httpx.TransportError:
        return False


def _result(text: str) -> str:
    labels = [
        {"Name": text, "Confidence": 91.5, "ParentName": "", "TaxonomyLevel": 1},
        {"Name": "Explicit", "Confidence": 95.5, "ParentName": "", "TaxonomyLevel": 1},
    ]
    found = {"ModerationLabels": labels, "ModerationModelVersion": "7.0"}
    return json.dumps({"source-ref": f"s3://photos/{text}", "detect-moderation-labels": found}) + "\n"
