"""The same test bodies, in process under ``mock_aws`` and against a server."""

import pytest
from emulator.scene import IN, OUT, Scene
from emulator.wire_check import watch
from moto import mock_aws

from airflow_provider_rekmedia import emulator as package

#: By hand, so that no test sleeps; keys that nobody can build and lines in no order, so that no test relies on them.
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
def scene(emulator):
    return make_scene(emulator)


@pytest.fixture
def served_scene(server):
    return make_scene(server)


def make_scene(handle):
    s3 = handle.client("s3")
    for bucket in (IN, OUT):
        s3.create_bucket(Bucket=bucket)
    scene = Scene(handle, watch(handle.client("rekognition", retries={"total_max_attempts": 1})), s3)
    scene.put_manifest(scene.put_image())
    return scene
