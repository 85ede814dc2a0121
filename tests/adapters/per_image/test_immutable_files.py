import io

from aws_stage import OUTPUT

from airflow_provider_rekmedia.adapters.per_image.immutable_files import put_immutable


def put(stage, body):
    return put_immutable(stage.objects, OUTPUT, "a-results.jsonl", io.BytesIO(body), "application/jsonl")


def test_the_same_file_is_written_once_and_another_one_beside_it(stage):
    first, again, other, third = (put(stage, body) for body in (b"1", b"1", b"2", b"2"))

    assert first == again == OUTPUT.join("a-results.jsonl")
    assert other == third != first
    assert other.key.startswith(OUTPUT.key)
    assert other.key.endswith("/a-results.jsonl")
    assert (stage.objects.read(first), stage.objects.read(other)) == (b"1", b"2")
