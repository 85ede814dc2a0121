import pytest

from airflow_provider_rekmedia.adapters.regions import rekognition_regions


@pytest.mark.parametrize(
    ("partition", "region"), [("aws", "us-east-1"), ("aws", "eu-west-1"), ("aws-us-gov", "us-gov-west-1")]
)
def test_regions_with_rekognition_are_listed(partition, region):
    assert region in rekognition_regions(partition)


def test_regions_without_rekognition_are_not():
    assert "me-south-1" not in rekognition_regions("aws")
    assert rekognition_regions("no-such-partition") == ()
