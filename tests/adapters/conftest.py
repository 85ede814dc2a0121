"""A stage for every test: an empty emulator, whose jobs move only by hand, behind our adapters."""

import pytest
from adapters.stage import Stage
from hypothesis import HealthCheck, settings

settings.register_profile(
    "rekmedia", deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("rekmedia")


@pytest.fixture(scope="session")
def clients():
    """boto3 clients by endpoint: making one costs more than most tests."""
    return {}


@pytest.fixture
def stage(rekmedia_emulator, clients):
    rekmedia_emulator.configure(by_hand=True, unguessable_keys=True, shuffle_results=False)
    endpoint = rekmedia_emulator.endpoint_url
    if endpoint not in clients:
        once = {"total_max_attempts": 1}
        clients[endpoint] = [
            rekmedia_emulator.client(name, retries=once, read_timeout=5) for name in ("rekognition", "s3")
        ]
    return Stage(rekmedia_emulator, *clients[endpoint])
