"""Permissions of S3 requests to the server."""

import pytest
from botocore.exceptions import ClientError
from emulator.scene import IN, OUT

from airflow_provider_rekmedia.emulator.server.s3_permissions import iter_permissions

CALLS = {
    "s3:GetObject": lambda s3: s3.get_object(Bucket=IN, Key="private/a b.jpg"),
    "s3:PutObject": lambda s3: s3.put_object(Bucket=IN, Key="private/a b.jpg", Body=b""),
    "s3:DeleteObject": lambda s3: s3.delete_object(Bucket=IN, Key="private/a b.jpg"),
    "s3:GetObjectTagging": lambda s3: s3.get_object_tagging(Bucket=IN, Key="private/a b.jpg"),
    "s3:PutObjectTagging": lambda s3: s3.put_object_tagging(
        Bucket=IN, Key="private/a b.jpg", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]}
    ),
    "s3:ListBucket": lambda s3: s3.list_objects_v2(Bucket=IN, Prefix="private/"),
}


def permissions(method, path, *, query="", headers=None, body=b""):
    return list(iter_permissions(method, path, query=query, headers=headers or {}, body=body))


def code_of(call):
    with pytest.raises(ClientError) as error:
        call()
    return error.value.response["Error"]["Code"]


@pytest.fixture
def s3(served_scene):
    served_scene.put_image("private/a b.jpg")
    served_scene.put_image("public/a b.jpg")
    return served_scene.s3


@pytest.mark.parametrize("action", CALLS)
def test_a_denied_action_is_access_denied_and_others_are_allowed(served_scene, s3, action):
    served_scene.emulator.deny(action, f"{IN}/private/*")
    for other, call in CALLS.items():
        if other not in (action, "s3:DeleteObject"):
            call(s3)
    assert code_of(lambda: CALLS[action](s3)) == "AccessDenied"


def test_other_prefixes_are_allowed(served_scene, s3):
    served_scene.emulator.deny("s3:*", f"{IN}/private/*")
    s3.get_object(Bucket=IN, Key="public/a b.jpg")
    s3.list_objects_v2(Bucket=IN, Prefix="public/")


def test_head_object_needs_get_object(served_scene, s3):
    served_scene.emulator.deny("s3:GetObject", f"{IN}/private/*")
    assert code_of(lambda: s3.head_object(Bucket=IN, Key="private/a b.jpg")) == "403"


def test_a_copy_needs_both_permissions(served_scene, s3):
    def copy():
        s3.copy_object(Bucket=OUT, Key="a.jpg", CopySource={"Bucket": IN, "Key": "private/a b.jpg"})

    copy()
    served_scene.emulator.deny("s3:GetObject", f"{IN}/private/*")
    assert code_of(copy) == "AccessDenied"
    served_scene.emulator.configure(denied_access=[{"action": "s3:PutObject", "resource": f"{OUT}/*"}])
    assert code_of(copy) == "AccessDenied"


def test_deleting_many_objects_needs_the_permission_for_each(served_scene, s3):
    served_scene.emulator.deny("s3:DeleteObject", f"{IN}/private/*")
    keys = [{"Key": "public/a b.jpg"}, {"Key": "private/a b.jpg"}]
    assert code_of(lambda: s3.delete_objects(Bucket=IN, Delete={"Objects": keys})) == "AccessDenied"
    s3.delete_objects(Bucket=IN, Delete={"Objects": keys[:1]})


@pytest.mark.parametrize(
    ("method", "path", "query", "expected"),
    [
        ("GET", "/", "", ("s3:ListAllMyBuckets", "")),
        ("PUT", "/photos", "", ("s3:CreateBucket", "photos/")),
        ("HEAD", "/photos", "", ("s3:ListBucket", "photos/")),
        ("GET", "/photos", "list-type=2&prefix=a%2Fb", ("s3:ListBucket", "photos/a/b")),
        ("PUT", "/photos/möwe.jpg", "uploadId=1&partNumber=2", ("s3:PutObject", "photos/möwe.jpg")),
        ("POST", "/photos/a", "uploads", ("s3:PutObject", "photos/a")),
        ("DELETE", "/photos/a", "tagging", ("s3:DeleteObjectTagging", "photos/a")),
    ],
)
def test_the_permission_of_a_request(method, path, query, expected):
    assert permissions(method, path, query=query) == [expected]


def test_other_bucket_settings_need_no_permission():
    assert permissions("GET", "/photos", query="versioning") == []


def test_keys_in_xml_are_unescaped():
    body = b"<Delete><Object><Key>a&amp;lt;b</Key></Object></Delete>"
    assert permissions("POST", "/photos", query="delete", body=body) == [("s3:DeleteObject", "photos/a&lt;b")]
