"""A whole Airflow after one run. A second api-server has logins, two workers and a path in its base URL."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx
from adapters.report.test_page import HOSTILE
from buckets import create_buckets

from airflow_provider_rekmedia.demo.local_airflow.processes import BackgroundProcess, stop_processes
from airflow_provider_rekmedia.demo.local_airflow.rest_api import DagRun
from airflow_provider_rekmedia.demo.local_airflow.settings import find_free_ports
from airflow_provider_rekmedia.demo.local_airflow.supervisor import LocalAirflow
from airflow_provider_rekmedia.demo.local_airflow.waiting import wait_until
from airflow_provider_rekmedia.emulator import Settings, running

DAG_ID = "hostile_labels"
RESULTS = "<img src=x onerror=window.XSS=1>.jsonl"
USERS = ("admin", "op", "user", "viewer")


@dataclass(frozen=True)
class Site:
    """
    The api-server with logins.

    :param url: With the path ``/airflow``.
    :param run: A run that succeeded, with one report.
    """

    url: str
    run: DagRun

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


@contextmanager
def moderated_airflow(home: Path) -> Iterator[Site]:
    """Run the Dag beside this file, and serve what it wrote."""
    with running(settings=Settings()) as aws:
        s3 = aws.client("s3")
        create_buckets(s3, "photos")
        s3.put_object(Bucket="photos", Key=RESULTS, Body="".join(map(_result, HOSTILE)).encode())
        with LocalAirflow(home / "airflow", Path(__file__).parent / "dags") as airflow:
            airflow.start({"AIRFLOW_CONN_AWS_DEFAULT": aws.airflow_connection()})
            with _api_server_with_logins(airflow, home) as url:
                airflow.wait_until_ready(DAG_ID)
                run = airflow.api.trigger(DAG_ID)
                wait_until(
                    lambda: airflow.api.state(run) in ("success", "failed"),
                    what="the run",
                    timeout_s=120,
                    needed=airflow.processes,
                )
                assert airflow.api.state(run) == "success"
                wait_until(lambda: _listens(url), what="the second api-server", timeout_s=120)
                yield Site(url, run)


@contextmanager
def _api_server_with_logins(airflow: LocalAirflow, home: Path) -> Iterator[str]:
    (port,) = find_free_ports(1)
    url = f"http://127.0.0.1:{port}/airflow"
    passwords = home / "passwords.json"
    passwords.write_text(json.dumps({name: name for name in USERS}))
    environment = airflow._environment | {
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "2",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{name}:{name}" for name in USERS),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
    }
    process = BackgroundProcess(
        "api-server with logins",
        [sys.executable, "-m", "airflow", "api-server"],
        environment=environment,
        log=home / "api-server-with-logins.log",
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
