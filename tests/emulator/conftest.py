"""The same test bodies, in process under ``mock_aws`` and against a server."""

from dataclasses import dataclass
from typing import Any

import pytest
from buckets import create_buckets
from emulator.scene import IN, OUT, Scene
from emulator.wire_check import watch
from moto import mock_aws

from airflow_provider_rekmedia import emulator as package

#: Users copy this folder. It needs an Airflow of its own: test_recipe.py runs it.
collect_ignore = ["recipe"]

#: Jobs advance by hand, so that no test sleeps. Random keys and a random order: no test depends on them.
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
def handle(request):
    """Return the handle of the emulator that the test uses."""
    return request.getfixturevalue("server" if "served_scene" in request.fixturenames else "emulator")


@pytest.fixture
def clock(handle):
    """Return the emulator's clock, which a test moves forward."""
    return Clock(handle)


@dataclass
class Clock:
    emulator: Any

    def forward(self, seconds):
        self.emulator.move_clock(seconds)


def make_scene(handle, clients):
    key = ("scene", handle.endpoint_url)
    if key not in clients:
        rekognition = handle.client("rekognition", retries={"total_max_attempts": 1})
        clients[key] = watch(rekognition), handle.client("s3")
    rekognition, s3 = clients[key]
    create_buckets(s3, IN, OUT)
    scene = Scene(handle, rekognition, s3)
    scene.put_manifest(scene.put_image())
    return scene
