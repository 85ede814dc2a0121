"""Objects with another ETag are removed from a request, and are errors of its response."""

import pytest

from airflow_provider_rekmedia.emulator.server.s3_conditional_deletes import split_delete

ETAGS = {"a": "1", "b<": "2"}


def split(*objects, namespace=' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'):
    body = "".join(f"<Object><Key>{key}</Key>{etag}</Object>" for key, etag in objects)
    return split_delete(
        "photos", f"<Delete{namespace}>{body}</Delete>".encode(), lambda _, key, __: ETAGS.get(key)
    )


@pytest.mark.parametrize("namespace", ["", ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'])
def test_an_object_with_another_etag_is_removed(namespace):
    found = split(("a", '<ETag>"1"</ETag>'), ("b&lt;", "<ETag>9</ETag>"), ("c", ""), namespace=namespace)

    assert found.refused == ["b<"]
    assert b"<Key>a</Key>" in found.body
    assert b"<Key>c</Key>" in found.body
    assert b"b&lt;" not in found.body


def test_a_request_whose_conditions_hold_is_left_alone():
    assert split(("a", "<ETag>1</ETag>"), ("b&lt;", "<ETag>*</ETag>")) is None
    assert split(("a", "")) is None
    assert split_delete("photos", b"<ETag>no xml", lambda *_: None) is None


@pytest.mark.parametrize(
    "response",
    [
        b"",
        b"<DeleteResult></DeleteResult>",
        b"<DeleteResult/>",
        b"<DeleteResult><Deleted><Key>a</Key></Deleted></DeleteResult>",
    ],
)
def test_the_errors_are_in_the_response(response):
    completed = split(("b&lt;", "<ETag>9</ETag>")).complete(response)

    assert completed.endswith(b"did not hold</Message></Error></DeleteResult>")
    assert b"<Error><Key>b&lt;</Key><Code>PreconditionFailed</Code>" in completed
    assert completed.count(b"</DeleteResult>") == 1
    assert (b"<Deleted>" in completed) is (b"<Deleted>" in response)
