import pytest

from airflow_provider_rekmedia.core.images.prices import price_usd, region_quota


@pytest.mark.parametrize(
    ("images", "usd"),
    # The first million at 0.10 cents, what follows at 0.08: see the source beside the data.
    [(0, 0), (1, 0.001), (10_000, 10), (1_000_000, 1000), (1_500_000, 1400)],
)
def test_the_first_million_of_a_month_costs_more(images, usd):
    assert price_usd(images) == pytest.approx(usd)


def test_earlier_images_of_the_month_use_up_the_first_tier():
    assert price_usd(100, earlier_this_month=1_000_000) == pytest.approx(0.08)
    assert price_usd(2, earlier_this_month=999_999) == pytest.approx(0.0018)


def test_quotas_are_those_that_aws_publishes():
    # https://docs.aws.amazon.com/general/latest/gr/rekognition.html
    for region in ("us-east-1", "us-west-2", "eu-west-1"):
        assert (region_quota(region).concurrent_jobs, region_quota(region).images_per_s) == (20, 50)
    for region in ("us-east-2", "eu-central-1", "ap-south-1", None):
        assert (region_quota(region).concurrent_jobs, region_quota(region).images_per_s) == (5, 5)
