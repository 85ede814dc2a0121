import json

from airflow_provider_rekmedia.core.images.estimate import estimate


def test_an_estimate_uses_prices_and_quotas():
    figures = estimate(100_001, image_bytes=None, shards=11, region="eu-central-1")
    assert figures.price_usd == 100.001
    assert figures.per_image_s == 20_001
    assert figures.job_rounds == 3


def test_an_estimate_is_json():
    figures = estimate(10, image_bytes=1000, shards=1, region="us-east-1").as_dict()
    assert json.loads(json.dumps(figures)) == figures
    assert figures["per_image_s"] == figures["job_rounds"] == 1


def test_the_per_image_time_uses_the_calls_per_second():
    assert estimate(100_001, image_bytes=None, shards=11, region="us-east-1").per_image_s == 2_001
