from inspect import getattr_static

import pytest

from airflow_provider_rekmedia.adapters.aws_clients import AwsClients
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook

MEMBERS = sorted(name for name in vars(AwsClients) if not name.startswith("_"))


@pytest.mark.parametrize("name", MEMBERS)
def test_the_hook_has_every_member(name):
    assert getattr_static(RekognitionHook, name, None) is not None


def test_the_route_differs_by_connection_and_by_region(connect):
    connect("other")
    hooks = [
        RekognitionHook(),
        RekognitionHook(aws_conn_id="other"),
        RekognitionHook(region_name="eu-west-1"),
    ]

    assert len({hook.route for hook in hooks}) == len(hooks)
    assert [hook.region for hook in hooks] == ["us-east-1", "us-east-1", "eu-west-1"]
