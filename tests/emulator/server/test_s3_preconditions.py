"""The conditions that moto ignores have the responses that AWS documents."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError
from emulator.scene import IN

from airflow_provider_rekmedia.emulator.server.s3_preconditions import check_preconditions

ETAG = '"e46c6b8c0cbb1e5c1a6ee5d8a3a3ff11"'


@pytest.fixture
def s3(rekmedia_emulator):
    client = rekmedia_emulator.client("s3", retries={"total_max_attempts": 1})
    client.create_bucket(Bucket="photos")
    return client


def put(s3, key, body=b"judged"):
    return s3.put_object(Bucket="photos", Key=key, Body=body)["ETag"]


def keys(s3):
    return {found["Key"] for found in s3.list_objects_v2(Bucket="photos").get("Contents", ())}


def copy(s3, source="a b+ü.jpg", target="copy", headers=(), **conditions):
    """Copy an object. Old releases of botocore have no parameters for conditions on the target."""

    def add_headers(params, **_):
        params["headers"].update(headers)

    s3.meta.events.register("before-call.s3.CopyObject", add_headers)
    try:
        return s3.copy_object(
            Bucket="photos", Key=target, CopySource={"Bucket": "photos", "Key": source}, **conditions
        )
    finally:
        s3.meta.events.unregister("before-call.s3.CopyObject", add_headers)


def refusal_of(call, *arguments, **named):
    with pytest.raises(ClientError) as error:
        call(*arguments, **named)
    response = error.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


def test_a_copy_needs_the_etag_of_its_source(s3):
    etag = put(s3, "a b+ü.jpg")

    assert refusal_of(copy, s3, CopySourceIfMatch=ETAG) == (412, "PreconditionFailed")
    assert refusal_of(copy, s3, CopySourceIfNoneMatch=etag) == (412, "PreconditionFailed")
    assert keys(s3) == {"a b+ü.jpg"}
    copy(s3, CopySourceIfMatch=etag, CopySourceIfNoneMatch=ETAG)
    assert keys(s3) == {"a b+ü.jpg", "copy"}


def test_a_copy_does_not_replace_an_object(s3):
    put(s3, "a b+ü.jpg")
    other = put(s3, "copy", b"other")

    assert refusal_of(copy, s3, headers={"If-None-Match": "*"}) == (412, "PreconditionFailed")
    assert refusal_of(copy, s3, headers={"If-Match": ETAG}) == (412, "PreconditionFailed")
    copy(s3, target="free", headers={"If-None-Match": "*"})
    copy(s3, headers={"If-Match": other})
    assert s3.get_object(Bucket="photos", Key="copy")["Body"].read() == b"judged"


def test_a_copy_without_source_is_a_missing_key(s3):
    assert refusal_of(copy, s3, CopySourceIfMatch=ETAG) == (404, "NoSuchKey")


def test_a_delete_needs_the_etag(s3):
    etag = put(s3, "a.jpg")

    assert refusal_of(s3.delete_object, Bucket="photos", Key="a.jpg", IfMatch=ETAG)[0] == 412
    assert refusal_of(s3.delete_object, Bucket="photos", Key="none.jpg", IfMatch="*")[0] == 412
    s3.delete_object(Bucket="photos", Key="a.jpg", IfMatch=etag)
    assert not keys(s3)


def test_a_delete_marker_does_not_match(s3):
    s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    etag = put(s3, "a.jpg")
    assert s3.delete_object(Bucket="photos", Key="a.jpg", IfMatch=etag)["DeleteMarker"]

    assert refusal_of(s3.delete_object, Bucket="photos", Key="a.jpg", IfMatch=etag)[0] == 412


def delete_many(s3, **etags):
    objects = [{"Key": key} | ({"ETag": etag} if etag else {}) for key, etag in etags.items()]
    return s3.delete_objects(Bucket="photos", Delete={"Objects": objects})


def test_each_object_of_a_batch_has_its_own_condition(s3):
    etags = {key: put(s3, key) for key in ("a", "b", "c")}

    response = delete_many(s3, a=etags["a"], b=ETAG, c=None)

    assert {found["Key"] for found in response["Deleted"]} == {"a", "c"}
    ((key, code),) = [(found["Key"], found["Code"]) for found in response["Errors"]]
    assert (key, code) == ("b", "PreconditionFailed")
    assert keys(s3) == {"b"}


def test_a_batch_in_which_no_condition_holds_deletes_nothing(s3):
    put(s3, "a")

    response = delete_many(s3, a=ETAG, missing=ETAG)

    assert "Deleted" not in response
    assert [found["Key"] for found in response["Errors"]] == ["a", "missing"]
    assert keys(s3) == {"a"}


def test_a_batch_in_which_all_conditions_hold_has_no_errors(s3):
    assert "Errors" not in delete_many(s3, a=put(s3, "a"))
    assert not keys(s3)


def test_a_conflict_is_a_fault(s3, rekmedia_emulator):
    etag = put(s3, "a.jpg")
    rekmedia_emulator.inject("error", operation="S3", code="ConditionalRequestConflict", status=409, times=1)

    refused = refusal_of(s3.delete_object, Bucket="photos", Key="a.jpg", IfMatch=etag)

    assert refused == (409, "ConditionalRequestConflict")


def put_status(headers, etag, *, method="PUT", path="/b/k", query=""):
    response = check_preconditions(method, path, query=query, headers=headers, etag_of=lambda *_: etag)
    return response and response.status


@pytest.mark.parametrize(
    ("headers", "etag", "status"),
    [
        ({}, "a", None),
        ({"if-none-match": "*"}, None, None),
        ({"if-none-match": "*"}, "a", 412),
        ({"if-match": '"a"'}, "a", None),
        ({"if-match": "a"}, "a", None),
        ({"if-match": '"a"'}, "b", 412),
        ({"if-match": '"a"'}, None, 404),
    ],
)
def test_a_condition_of_put_is_checked(headers, etag, status):
    assert put_status(headers, etag) == status
    assert put_status(headers, etag, query="x-id=PutObject") == status


@pytest.mark.parametrize(
    "request_",
    [{"method": "GET"}, {"path": "/b"}, {"query": "tagging"}, {"query": "partNumber=1&uploadId=u"}],
)
def test_other_requests_do_not_have_the_conditions_of_put(request_):
    assert put_status({"if-none-match": "*"}, "a", **request_) is None


def code_of(call):
    with pytest.raises(ClientError) as error:
        call()
    return error.value.response["Error"]["Code"]


def test_the_server_writes_only_if_the_condition_holds(served_scene):
    def put(body, **condition):
        return served_scene.s3.put_object(Bucket=IN, Key="a b+%.json", Body=body, **condition)["ETag"]

    assert code_of(lambda: put(b"0", IfMatch='"none"')) == "NoSuchKey"
    first = put(b"1", IfNoneMatch="*")
    assert code_of(lambda: put(b"2", IfNoneMatch="*")) == "PreconditionFailed"
    second = put(b"2", IfMatch=first)
    assert code_of(lambda: put(b"3", IfMatch=first)) == "PreconditionFailed"
    assert served_scene.s3.get_object(Bucket=IN, Key="a b+%.json")["Body"].read() == b"2"
    assert put(b"3", IfMatch=second) != second


def test_of_many_concurrent_writes_one_succeeds(served_scene):
    def put(number):
        try:
            served_scene.s3.put_object(Bucket=IN, Key="one", Body=b"%d" % number, IfNoneMatch="*")
        except ClientError:
            return None
        return b"%d" % number

    with ThreadPoolExecutor(8) as threads:
        (written,) = [body for body in threads.map(put, range(16)) if body]
    assert served_scene.s3.get_object(Bucket=IN, Key="one")["Body"].read() == written
