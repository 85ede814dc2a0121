import pytest
from adapters.images.test_manifest_set import TARGET, write

from airflow_provider_rekmedia.adapters.images.newest_index import NewestIndex
from airflow_provider_rekmedia.core.errors import AccessDenied, UnreadableIndex


def test_the_copy_is_the_newest_index(stage):
    newest = NewestIndex(stage.objects, TARGET)
    assert newest.read() is None
    for count in (2, 3):
        index = write(stage.objects, count)
        assert newest.publish(index) == index
        assert NewestIndex(stage.objects, TARGET).read() == index


def test_attempts_with_the_same_request_pass_on_the_first_set(stage):
    older, newer = NewestIndex(stage.objects, TARGET), NewestIndex(stage.objects, TARGET)
    assert older.read() is newer.read() is None
    first = newer.publish(write(stage.objects, 2, request="same"))

    assert older.publish(write(stage.objects, 3, request="same")) == first
    assert newer.read() == first


def test_an_attempt_with_another_request_passes_on_its_own_set_and_replaces_nothing(stage, caplog):
    older, newer = NewestIndex(stage.objects, TARGET), NewestIndex(stage.objects, TARGET)
    assert older.read() is newer.read() is None
    cleared = newer.publish(write(stage.objects, 2, request="cleared"))
    own = write(stage.objects, 3, request="same")

    assert older.publish(own) == own
    assert newer.read() == cleared
    assert "for other arguments" in caplog.text


def test_a_damaged_or_forbidden_copy_is_not_a_missing_one(stage):
    stage.objects.put(TARGET.join("/index.json"), b"{}", "application/json")
    with pytest.raises(UnreadableIndex):
        NewestIndex(stage.objects, TARGET).read()

    stage.emulator.inject("error", operation="S3", code="AccessDenied", status=403)
    with pytest.raises(AccessDenied):
        NewestIndex(stage.objects, TARGET).read()
