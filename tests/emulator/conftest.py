"""The same test bodies, in process under ``mock_aws`` and against a server."""

import time

import pytest
from emulator.scene import IN, OUT, Scene
from emulator.wire_check import watch
from moto import mock_aws

from airflow_provider_rekmedia import emulator as package

#: By hand: no test sleeps. Keys that nobody can build and lines in no order: no test relies on them.
SETTINGS = package.Settings(by_hand=True, unguessable_keys=True, shuffle_results=True)


@pytest.fixture(scope="session")
def rekmedia_emulator_settings():
    return SETTINGS


@pytest.fixture
def server(rekmedia_emulator):
    return rekmedia_emulator


@pytest.fixture
def in_process():
    handle = package.install(SETTINGS)
    with mock_aws():
        yield handle


@pytest.fixture(params=["in_process", "server"])
def emulator(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def scene(emulator, clients):
    return make_scene(emulator, clients)


@pytest.fixture
def served_scene(server, clients):
    return make_scene(server, clients)


@pytest.fixture
def clock(monkeypatch):
    """Give the emulator's clock: it runs, and goes forward when told to."""
    clock = Clock()
    monkeypatch.setattr("airflow_provider_rekmedia.emulator.world.World.now", lambda _: clock.now())
    return clock


class Clock:
    ahead_s = 0.0

    def now(self):
        return time.time() + self.ahead_s

    def forward(self, seconds):
        self.ahead_s += seconds


@pytest.fixture(scope="session")
def clients():
    """Clients by endpoint: making one costs more than most tests."""
    return {}


def make_scene(handle, clients):
    if handle.endpoint_url not in clients:
        rekognition = handle.client("rekognition", retries={"total_max_attempts": 1})
        clients[handle.endpoint_url] = watch(rekognition), handle.client("s3")
    rekognition, s3 = clients[handle.endpoint_url]
    for bucket in (IN, OUT):
        s3.create_bucket(Bucket=bucket)
    scene = Scene(handle, rekognition, s3)
    scene.put_manifest(scene.put_image())
    return scene
