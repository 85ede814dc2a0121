"""Servers in threads, and the emulator under mock_aws."""

import pytest
import requests
from moto import mock_aws

from airflow_provider_rekmedia.emulator import Settings, install, running


@pytest.fixture(autouse=True)
def session_server(server):
    """Keep the session's server first: another server in this process shares its state."""


def test_a_server_starts_empty_and_stops():
    with running(Settings(by_hand=True)) as handle:
        handle.client("s3").create_bucket(Bucket="photos")
        assert handle._request("GET", "settings")["by_hand"] is True
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{handle.endpoint_url}/_rekmedia/usage", timeout=5)


def test_the_settings_are_restored_when_a_server_stops():
    before = install(Settings(max_manifest_lines=7))
    with running():
        pass
    assert before._request("GET", "settings")["max_manifest_lines"] == 7
    install(Settings())


def test_install_without_settings_keeps_them():
    install(Settings(max_manifest_lines=7))
    with mock_aws():
        assert install()._request("GET", "settings")["max_manifest_lines"] == 7
    install(Settings())
