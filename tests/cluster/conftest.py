"""One cluster for all faults, and their verdicts at the end."""

import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cluster.cluster import Cluster

_VERDICTS = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """Start the cluster. Its folder, with all logs, stays if a test failed."""
    # A program that is asked to exit stops the cluster first, as on Ctrl-C.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    folder = Path(tempfile.mkdtemp(prefix="rekmedia-cluster-"))
    folder.chmod(0o755)  # PostgreSQL has a user of its own
    try:
        with Cluster(folder) as cluster:
            yield cluster
    finally:
        if not request.session.testsfailed:
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def report_verdict(pytestconfig: pytest.Config):
    """Return a function that prints a verdict now and at the end."""

    def report(verdict: str) -> None:
        pytestconfig.stash.setdefault(_VERDICTS, []).append(verdict)
        terminal = pytestconfig.pluginmanager.get_plugin("terminalreporter")
        with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            terminal.write_line(f"\n{verdict}")

    return report


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    verdicts = config.stash.get(_VERDICTS, [])
    if verdicts:
        terminalreporter.section("verdicts")
        terminalreporter.write("\n".join(verdicts) + "\n")
