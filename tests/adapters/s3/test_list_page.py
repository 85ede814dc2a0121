from datetime import UTC, datetime
from urllib.parse import quote_plus

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.adapters.s3.list_page import fetch_list_page, take_over_listing
from airflow_provider_rekmedia.core.errors import AccessDenied, MalformedAnswer, ObjectUnreadable, Unavailable
from airflow_provider_rekmedia.core.images.found_image import FoundImage
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
    """A boto3 S3 client that returns one body."""

    def __init__(self, body):
        self.body = body
        self.arguments = {}

    def list_objects_v2(self, **arguments):
        self.arguments = arguments
        return {"RekmediaBody": self.body}


def page(*contents, rest="<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>"):
    body = f"{HEAD}{rest}{''.join(contents)}</ListBucketResult>".encode()
    return fetch_list_page(FakeListing(body), S3Uri("photos", ""))


keys = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


@pytest.mark.parametrize("form", [CONTENTS, SWAPPED])
@given(st.lists(keys, max_size=5))
def test_any_key_is_parsed(form, found):
    rows = [form.format(key=quote_plus(key, safe="/"), size=number) for number, key in enumerate(found)]
    listed = page(*rows).found
    assert [(image.uri.key, image.size_bytes) for image in listed] == [
        (key, n) for n, key in enumerate(found)
    ]
    assert {image.modified_at for image in listed} <= {NOON}


def test_an_etag_has_no_quotes():
    (found,) = page(CONTENTS.format(key="a.jpg", size=7)).found
    assert found == FoundImage(S3Uri("photos", "a.jpg"), 7, "70ee1738b6b21e2c8a43f3a5ab0eee71", NOON)


def test_a_time_without_a_zone_is_utc():
    (found,) = page(SWAPPED.replace("+00:00", "").format(key="a.jpg", size=7)).found
    assert found.modified_at == NOON


def test_unencoded_keys_are_not_decoded():
    listed = page(CONTENTS.format(key="a+b%20&amp;.jpg", size=1), rest="<IsTruncated>false</IsTruncated>")
    assert [image.uri.key for image in listed.found] == ["a+b%20&.jpg"]


def test_a_truncated_page_has_the_next_token():
    rest = "<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>"
    rest += "<NextContinuationToken>t+1</NextContinuationToken>"
    assert page(CONTENTS.format(key="a.jpg", size=7), rest=rest).next_token == "t+1"


def test_a_truncated_page_without_a_token_is_an_error():
    with pytest.raises(MalformedAnswer, match="NextContinuationToken"):
        page(rest="<IsTruncated>true</IsTruncated>")


def test_common_prefixes_are_parsed():
    rest = "<EncodingType>url</EncodingType><CommonPrefixes><Prefix>a+b/</Prefix></CommonPrefixes>"
    assert page(CONTENTS.format(key="z.jpg", size=1), rest=rest).prefixes == ["a b/"]


@pytest.mark.parametrize("contents", ["<Contents>", "<Contents/>", CONTENTS.format(key="a", size="big")])
def test_a_malformed_page_is_an_error(contents):
    with pytest.raises(MalformedAnswer):
        page(contents)


def test_a_page_equals_that_of_boto3(stage, rekmedia_emulator):
    names = ["a b+c%.jpg", "ünï/😀.png", "sub/x.jpg", "'&<.jpg", "\x01.jpg"]
    for name in names:
        stage.s3.put_object(Bucket="analysis", Key=name, Body=name.encode())
    plain = rekmedia_emulator.client("s3").list_objects_v2(Bucket="analysis")["Contents"]
    listed = fetch_list_page(stage.s3, S3Uri("analysis", "")).found
    assert [(image.uri.key, image.size_bytes, f'"{image.etag}"', image.modified_at) for image in listed] == [
        (image["Key"], image["Size"], image["ETag"], image["LastModified"]) for image in plain
    ]


def test_botocore_still_parses_errors(stage):
    with pytest.raises(ObjectUnreadable, match="NoSuchBucket"):
        fetch_list_page(stage.s3, S3Uri("nowhere", ""))
    stage.emulator.inject("error", operation="S3", code="AccessDenied")
    with pytest.raises(AccessDenied):
        fetch_list_page(stage.s3, S3Uri("analysis", ""))


@pytest.fixture
def client():
    """A real boto3 client that gets a given body with status 200. Nothing is sent."""
    config = Config(region_name="us-east-1", retries={"total_max_attempts": 1})
    client = boto3.client("s3", aws_access_key_id="a", aws_secret_access_key="b", config=config)
    take_over_listing(client)
    take_over_listing(client)

    def answer_with(body):
        def answer(**_):
            return AWSResponse("https://s3", 200, {}, BytesBody(body))

        client.meta.events.register("before-send.s3.ListObjectsV2", answer, unique_id="answer")
        return client

    return answer_with


class BytesBody:
    """The members of urllib3's response that botocore reads."""

    def __init__(self, body):
        self.body = body

    def stream(self):
        yield self.body


LISTING = f"{HEAD}<IsTruncated>false</IsTruncated>{CONTENTS.format(key='a.jpg', size=7)}</ListBucketResult>"


def test_the_body_is_kept_before_botocore_parses_it_for_errors(client):
    answers = client(b"").meta.events.emit(
        "before-parse.s3.ListObjectsV2",
        operation_model=client(b"").meta.service_model.operation_model("ListObjectsV2"),
        response_dict={"status_code": 200, "headers": {}, "body": LISTING.encode()},
        customized_response_dict={},
    )
    ours = [handler.__module__ == take_over_listing.__module__ for handler, _ in answers]
    assert ours[0]
    assert ours.count(True) == 1


def test_other_listings_with_the_same_client_still_work(client):
    boto = client(LISTING.encode())
    assert [found.uri.key for found in fetch_list_page(boto, S3Uri("photos", "")).found] == ["a.jpg"]
    assert [image["Key"] for image in boto.list_objects_v2(Bucket="photos")["Contents"]] == ["a.jpg"]


@pytest.mark.parametrize("end", [1, 20, 200, len(LISTING) - 100])
def test_a_truncated_body_is_a_retryable_error(client, end):
    with pytest.raises(Unavailable):
        fetch_list_page(client(LISTING.encode()[:-end]), S3Uri("photos", ""))


def test_an_error_with_status_200_is_an_error(client):
    body = b"<?xml version='1.0'?><Error><Code>InternalError</Code><Message>We erred.</Message></Error>"
    with pytest.raises(Unavailable, match="InternalError"):
        fetch_list_page(client(body), S3Uri("photos", ""))


@pytest.mark.parametrize("body", [b"", b"<html><body>Welcome</body></html>"])
def test_another_document_is_an_error(client, body):
    with pytest.raises(MalformedAnswer):
        fetch_list_page(client(body), S3Uri("photos", ""))


def test_a_key_that_is_not_utf_8_is_an_error():
    with pytest.raises(MalformedAnswer, match="utf-8"):
        page(CONTENTS.format(key="a%FF.jpg", size=1))


def test_a_repeated_token_is_an_error():
    rest = "<IsTruncated>true</IsTruncated><NextContinuationToken>t1</NextContinuationToken>"
    listing = FakeListing(f"{HEAD}{rest}</ListBucketResult>".encode())
    assert fetch_list_page(listing, S3Uri("photos", ""), token="t0").next_token == "t1"
    with pytest.raises(MalformedAnswer, match="another token"):
        fetch_list_page(listing, S3Uri("photos", ""), token="t1")


@pytest.mark.parametrize("is_body_lost", [False, True], ids=["no event", "a body that gets lost"])
def test_a_listing_works_without_botocores_events(stage, is_body_lost):
    """botocore then parses the page itself."""
    for number in range(3):
        stage.s3.put_object(Bucket="photos", Key=f"odd/a+b %20&\u00e9{number}.jpg", Body=b"x" * (number + 1))
    client = stage.emulator.client("s3")
    if is_body_lost:
        take_over_listing(client)
        client.meta.events.register_last(
            "after-call.s3.ListObjectsV2", lambda parsed, **_: parsed.pop("RekmediaBody", None)
        )
    expected = fetch_list_page(stage.objects._client, S3Uri("photos", ""), delimiter="/")
    expected_below = fetch_list_page(stage.objects._client, S3Uri("photos", "odd/"))

    assert fetch_list_page(client, S3Uri("photos", ""), delimiter="/") == expected
    assert fetch_list_page(client, S3Uri("photos", "odd/")) == expected_below
    assert [found.size_bytes for found in expected_below.found] == [1, 2, 3]
    assert expected.prefixes == ["odd/"]


@pytest.mark.parametrize(
    ("storage_class", "is_archived"),
    [("GLACIER", True), ("DEEP_ARCHIVE", True), ("GLACIER_IR", False), ("STANDARD", False)],
)
@pytest.mark.parametrize("form", [CONTENTS, CONTENTS.replace("><", ">\n<")])
def test_an_archived_object_is_recognized_by_its_class(form, storage_class, is_archived):
    row = form.format(key="a.jpg", size=1).replace("STANDARD", storage_class)
    (found,) = page(row).found
    assert found.is_archived is is_archived


def test_a_page_may_start_after_a_key():
    listing = FakeListing(f"{HEAD}<IsTruncated>false</IsTruncated></ListBucketResult>".encode())
    fetch_list_page(listing, S3Uri("photos", ""), start_after="a b")
    assert listing.arguments["StartAfter"] == "a b"
