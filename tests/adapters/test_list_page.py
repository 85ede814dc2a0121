from datetime import UTC, datetime
from urllib.parse import quote_plus

import boto3
import pytest
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.adapters.list_page import fetch_list_page, take_over_listing
from airflow_provider_rekmedia.core.errors import MalformedAnswer
from airflow_provider_rekmedia.core.found_image import FoundImage
from airflow_provider_rekmedia.core.refusals import AccessDenied, ObjectUnreadable, ServiceError
from airflow_provider_rekmedia.core.s3_uri import S3Uri

# The documented answer: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>photos</Name><Prefix/>'
)
CONTENTS = (
    "<Contents><Key>{key}</Key><LastModified>2026-11-20T12:00:00.000Z</LastModified>"
    "<ETag>&quot;70ee1738b6b21e2c8a43f3a5ab0eee71&quot;</ETag><Size>{size}</Size>"
    "<StorageClass>STANDARD</StorageClass></Contents>"
)
SWAPPED = (
    "<Contents>\n <Size>{size}</Size>\n <Key>{key}</Key>\n"
    " <LastModified>2026-11-20T12:00:00+00:00</LastModified></Contents>"
)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class FakeListing:
    """boto3's S3 client as this module sees it: it answers one body."""

    def __init__(self, body):
        self.body = body
        self.asked = {}

    def list_objects_v2(self, **where):
        self.asked = where
        return {"RekmediaBody": self.body}


def page(*contents, rest="<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>"):
    body = f"{HEAD}{rest}{''.join(contents)}</ListBucketResult>".encode()
    return fetch_list_page(FakeListing(body), S3Uri("photos", ""))


keys = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


@pytest.mark.parametrize("form", [CONTENTS, SWAPPED])
@given(st.lists(keys, max_size=5))
def test_any_key_is_read_as_s3_has_it(form, found):
    rows = [form.format(key=quote_plus(key, safe="/"), size=number) for number, key in enumerate(found)]
    told = page(*rows).found
    assert [(each.uri.key, each.size_bytes) for each in told] == [(key, n) for n, key in enumerate(found)]
    assert {each.modified_at for each in told} <= {NOON}


def test_an_object_tells_its_etag_without_quotes():
    (found,) = page(CONTENTS.format(key="a.jpg", size=7)).found
    assert found == FoundImage(S3Uri("photos", "a.jpg"), 7, "70ee1738b6b21e2c8a43f3a5ab0eee71", NOON)


def test_keys_that_the_endpoint_did_not_encode_are_left_as_they_are():
    told = page(CONTENTS.format(key="a+b%20&amp;.jpg", size=1), rest="<IsTruncated>false</IsTruncated>")
    assert [each.uri.key for each in told.found] == ["a+b%20&.jpg"]


def test_a_cut_listing_tells_where_it_goes_on():
    rest = "<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>"
    rest += "<NextContinuationToken>t+1</NextContinuationToken>"
    assert page(CONTENTS.format(key="a.jpg", size=7), rest=rest).next_token == "t+1"


def test_a_cut_listing_that_does_not_tell_where_it_goes_on_is_an_error_and_no_end():
    with pytest.raises(MalformedAnswer, match="NextContinuationToken"):
        page(rest="<IsTruncated>true</IsTruncated>")


def test_prefixes_below_are_told():
    rest = "<EncodingType>url</EncodingType><CommonPrefixes><Prefix>a+b/</Prefix></CommonPrefixes>"
    assert page(CONTENTS.format(key="z.jpg", size=1), rest=rest).prefixes == ["a b/"]


@pytest.mark.parametrize("contents", ["<Contents>", "<Contents/>", CONTENTS.format(key="a", size="big")])
def test_what_is_no_listing_is_an_error_and_no_empty_one(contents):
    with pytest.raises(MalformedAnswer):
        page(contents)


def test_boto3s_own_listing_finds_the_same(stage, rekmedia_emulator):
    names = ["a b+c%.jpg", "ünï/😀.png", "sub/x.jpg", "'&<.jpg", "\x01.jpg"]
    for name in names:
        stage.s3.put_object(Bucket="analysis", Key=name, Body=name.encode())
    plain = rekmedia_emulator.client("s3").list_objects_v2(Bucket="analysis")["Contents"]
    told = fetch_list_page(stage.s3, S3Uri("analysis", "")).found
    assert [(each.uri.key, each.size_bytes, f'"{each.etag}"', each.modified_at) for each in told] == [
        (each["Key"], each["Size"], each["ETag"], each["LastModified"]) for each in plain
    ]


def test_a_refusal_is_still_botocores_to_read(stage):
    with pytest.raises(ObjectUnreadable, match="NoSuchBucket"):
        fetch_list_page(stage.s3, S3Uri("nowhere", ""))
    stage.emulator.inject("error", operation="S3", code="AccessDenied")
    with pytest.raises(AccessDenied):
        fetch_list_page(stage.s3, S3Uri("analysis", ""))


def test_an_error_that_comes_with_status_200_is_left_to_botocore(stage):
    def as_200(response_dict, **_):
        if response_dict["status_code"] != 200:
            response_dict["status_code"] = 200

    event = "before-parse.*.ListObjectsV2"
    stage.s3.meta.events.register_first(event, as_200, unique_id="as-200")
    try:
        with pytest.raises(ServiceError):
            fetch_list_page(stage.s3, S3Uri("nowhere", ""))
    finally:
        stage.s3.meta.events.unregister(event, unique_id="as-200")


def test_it_listens_to_the_event_that_botocore_sends():
    config = Config(region_name="us-east-1", retries={"total_max_attempts": 1})
    client = boto3.client("s3", aws_access_key_id="a", aws_secret_access_key="b", config=config)
    take_over_listing(client)
    take_over_listing(client)
    handlers = client.meta.events.emit(
        "before-parse.s3.ListObjectsV2",
        operation_model=client.meta.service_model.operation_model("ListObjectsV2"),
        response_dict={"status_code": 200, "headers": {}, "body": b"<ListBucketResult/>"},
        customized_response_dict=(told := {}),
    )
    ours = [handler.__module__ == take_over_listing.__module__ for handler, _ in handlers]
    assert ours.count(True) == 1
    assert ours[0], "botocore's own handler would parse the whole body first"
    assert list(told.values()) == [b"<ListBucketResult/>"]
