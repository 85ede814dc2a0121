"""Links lead to the AWS console, and only if the task used AWS."""

from types import SimpleNamespace

import boto3
import pytest
from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook
from task_runner import FakeTaskInstance

from airflow_provider_rekmedia.links.rekognition import RekognitionConsoleLink, RekognitionResultsLink


def persisted(link, *, endpoint_url, partition="aws", **fields):
    ti = FakeTaskInstance()
    hook = SimpleNamespace(conn_client_meta=SimpleNamespace(endpoint_url=endpoint_url))
    link.persist(
        context={"ti": ti},
        operator=SimpleNamespace(
            hook=hook,
            do_xcom_push=True,
            xcom_push=lambda context, key, value: ti.xcom_push(key, value),  # older Amazon providers use it
        ),
        region_name="eu-west-1",
        aws_partition=partition,
        **fields,
    )
    return ti.xcoms


@pytest.mark.parametrize("service", ["rekognition", "s3", "sts"])
@pytest.mark.parametrize(
    "region", ["us-east-1", "eu-central-1", "us-gov-west-1", "cn-north-1", "ap-southeast-2"]
)
def test_every_default_endpoint_of_botocore_has_a_link(service, region):
    client = boto3.session.Session("testing", "testing").client(service, region_name=region)

    assert persisted(RekognitionConsoleLink, endpoint_url=client.meta.endpoint_url)


def test_dual_stack_and_vpc_endpoints_have_a_link():
    for host in (
        "s3.dualstack.us-east-1.amazonaws.com",
        "streaming-rekognition.us-east-1.api.aws",
        "vpce-1a2b-3c4d.rekognition.us-east-1.vpce.amazonaws.com",
    ):
        assert persisted(RekognitionConsoleLink, endpoint_url=f"https://{host}")


@pytest.mark.parametrize(
    "endpoint_url",
    [
        "http://127.0.0.1:4566",
        "http://localstack:4566",
        "https://amazonaws.com.example.org",
        "https://notamazonaws.com",
    ],
)
@pytest.mark.parametrize("link", [RekognitionConsoleLink, RekognitionResultsLink])
def test_another_endpoint_has_no_link(link, endpoint_url):
    assert persisted(link, endpoint_url=endpoint_url, bucket="photos", prefix="out/") == {}


def test_the_endpoint_of_the_connection_decides(monkeypatch):
    monkeypatch.setenv(
        "AIRFLOW_CONN_LOCAL",
        '{"conn_type": "aws", "login": "testing", "password": "testing",'
        ' "extra": {"region_name": "us-east-1", "endpoint_url": "http://127.0.0.1:4566"}}',
    )
    ti = FakeTaskInstance()
    hook = AwsBaseHook("local", client_type="rekognition")

    RekognitionConsoleLink.persist(
        context={"ti": ti},
        operator=SimpleNamespace(
            hook=hook,
            do_xcom_push=True,
            xcom_push=lambda context, key, value: ti.xcom_push(key, value),  # older Amazon providers use it
        ),
        region_name="us-east-1",
        aws_partition="aws",
    )

    assert ti.xcoms == {}


def test_the_prefix_is_percent_encoded():
    fields = persisted(
        RekognitionResultsLink,
        endpoint_url="https://rekognition.eu-west-1.amazonaws.com",
        bucket="photos",
        prefix="a b&c/",
    )

    url = RekognitionResultsLink().format_link(**fields["rekognition_results"])

    assert url == ("https://console.aws.amazon.com/s3/buckets/photos?region=eu-west-1&prefix=a%20b%26c%2F")


@pytest.fixture
def reads(monkeypatch):
    """The keys of the XComs that a link reads; in Airflow 3, a missing one is logged as an error."""
    keys = []
    monkeypatch.setattr(
        "airflow_provider_rekmedia.links.rekognition.XCom",
        SimpleNamespace(get_value=lambda *, key, ti_key: keys.append(key) or "https://stored"),
    )
    return keys


def operator_of(endpoint_url="https://rekognition.eu-west-1.amazonaws.com", **members):
    hook = SimpleNamespace(conn_client_meta=SimpleNamespace(endpoint_url=endpoint_url))
    return SimpleNamespace(hook=hook, do_xcom_push=True, xcom_push=lambda *_, **__: None, **members)


@pytest.mark.parametrize(
    ("endpoint_url", "url"),
    [
        (
            "https://rekognition.eu-west-1.amazonaws.com",
            "https://console.aws.amazon.com/rekognition/home?region=eu-west-1#/",
        ),
        ("http://127.0.0.1:4566", ""),
    ],
)
def test_the_process_that_persisted_a_link_does_not_read_it_again(reads, endpoint_url, url):
    operator = operator_of(endpoint_url, link_fields={})
    RekognitionConsoleLink.persist({"ti": FakeTaskInstance()}, operator, "eu-west-1", "aws")

    assert RekognitionConsoleLink().get_link(operator, ti_key=None) == url
    assert not reads


def test_a_task_that_failed_before_it_persisted_its_links_has_none_and_reads_none(reads):
    assert RekognitionConsoleLink().get_link(operator_of(link_fields={}), ti_key=None) == ""
    assert not reads


def test_a_resumed_task_reads_the_link_that_its_first_process_stored(reads):
    operator = operator_of(link_fields=None)

    assert RekognitionConsoleLink().get_link(operator, ti_key=None) == "https://stored"
    assert reads == ["_link_RekognitionConsoleLink"]
