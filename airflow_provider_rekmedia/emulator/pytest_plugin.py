"""
Fixtures for users' tests: ``rekmedia_emulator`` is a running emulator, empty at the start of each test.

pytest imports this module in every session of an environment with this package, so it imports nothing heavy.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .server.handle import Handle
    from .settings.settings import Settings

__all__ = ["rekmedia_emulator", "rekmedia_emulator_server", "rekmedia_emulator_settings"]


@pytest.fixture(scope="session")
def rekmedia_emulator_settings() -> "Settings":
    """Return the emulator's settings. Override this fixture in a ``conftest.py`` to change them."""
    from airflow_provider_rekmedia.emulator import Settings  # noqa: PLC0415 - heavy, and an extra

    return Settings()


@pytest.fixture(scope="session")
def rekmedia_emulator_server() -> "Iterator[Handle]":
    """Run one server for the session: a start takes a second, a reset a few milliseconds."""
    from airflow_provider_rekmedia.emulator import running  # noqa: PLC0415 - heavy, and an extra

    with running() as handle:
        yield handle


@pytest.fixture
def rekmedia_emulator(
    rekmedia_emulator_server: "Handle", rekmedia_emulator_settings: "Settings"
) -> "Iterator[Handle]":
    """Return a running emulator without jobs, faults, counts or buckets."""
    from airflow_provider_rekmedia.emulator import install  # noqa: PLC0415 - heavy, and an extra

    # Settings belong to the test, not to the server: two folders of a session may have different settings.
    install(rekmedia_emulator_settings)
    rekmedia_emulator_server.reset()
    yield rekmedia_emulator_server
    rekmedia_emulator_server.reset()
