"""
Fixtures for a user's own tests: ``rekmedia_emulator`` is a running emulator, empty at the start of each test.

pytest imports this module in every session of an environment that has the package: it imports nothing heavy.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .handle import Handle
    from .settings import Settings

__all__ = ["rekmedia_emulator", "rekmedia_emulator_server", "rekmedia_emulator_settings"]


@pytest.fixture(scope="session")
def rekmedia_emulator_settings() -> "Settings":
    """Override this fixture, for a session or for a folder, to have the emulator with other settings."""
    from airflow_provider_rekmedia.emulator import Settings  # noqa: PLC0415 - heavy, and an extra

    return Settings()


@pytest.fixture(scope="session")
def rekmedia_emulator_server() -> "Iterator[Handle]":
    """One server for the session: starting one costs a second, emptying it a few milliseconds."""
    from airflow_provider_rekmedia.emulator import running  # noqa: PLC0415 - heavy, and an extra

    with running() as handle:
        yield handle


@pytest.fixture
def rekmedia_emulator(
    rekmedia_emulator_server: "Handle", rekmedia_emulator_settings: "Settings"
) -> "Iterator[Handle]":
    """Give a running emulator without jobs, faults, counts or buckets."""
    from airflow_provider_rekmedia.emulator import install  # noqa: PLC0415 - heavy, and an extra

    # Not the server has the settings but the test: pytest would keep those of the folder that came first.
    install(rekmedia_emulator_settings)
    rekmedia_emulator_server.reset()
    yield rekmedia_emulator_server
    rekmedia_emulator_server.reset()
