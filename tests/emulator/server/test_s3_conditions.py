"""PutObject with a condition, with any version of moto."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError
from emulator.scene import IN

from airflow_provider_rekmedia.emulator.server.s3_conditions import check_s3_condition


def refusal(headers, etag, *, method="PUT", path="/b/k", query=""):
    response = check_s3_condition(method, path, query=query, headers=headers, find_etag=lambda: etag)
    return response and response.status


@pytest.mark.parametrize(
    ("headers", "etag", "status"),
    [
        ({}, '"a"', None),
        ({"if-none-match": "*"}, None, None),
        ({"if-none-match": "*"}, '"a"', 412),
        ({"if-match": '"a"'}, '"a"', None),
        ({"if-match": "a"}, '"a"', None),
        ({"if-match": '"a"'}, '"b"', 412),
        ({"if-match": '"a"'}, None, 404),
    ],
)
def test_a_condition_is_checked(headers, etag, status):
    assert refusal(headers, etag) == status
    assert refusal(headers, etag, query="x-id=PutObject") == status


@pytest.mark.parametrize(
    "request_",
    [{"method": "GET"}, {"path": "/b"}, {"query": "tagging"}, {"query": "partNumber=1&uploadId=u"}],
)
def test_other_requests_have_no_such_condition(request_):
    assert refusal({"if-none-match": "*"}, '"a"', **request_) is None


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
