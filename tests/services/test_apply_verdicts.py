"""Actions on verdicts, their outcomes, and their undo."""

import gzip
import json

import pytest
from services.actions.action_stage import QUARANTINE, ActionStage, row
from services.actions.memory_bucket import MemoryBucket, refusal, refuse

from airflow_provider_rekmedia.core.actions.limits import ActionLimits, parse_max_share
from airflow_provider_rekmedia.core.errors import (
    ActionsFailed,
    InvalidArgument,
    NoCredentials,
    TooManyObjects,
)
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.tolerance import parse_tolerance

VERBS = ("tag", "copy", "move", "delete")
ODD_KEYS = ("a b+c%20.jpg", "ümläut/ 雪.jpg", "a&b<c>'\"?#.jpg", "trailing/./..//x.jpg", "*~|\\^`.jpg")
TAGS = {"owner": "ann"}

each_verb = pytest.mark.parametrize("verb", VERBS)


@pytest.fixture
def stage():
    return ActionStage()


def put_and_judge(stage, *keys, verdict="block", **more):
    for key in keys:
        stage.s3.put("photos", key, b"judged", tags=dict(TAGS), **more)
    stage.judge(*(row(key, verdict=verdict) for key in keys))


def is_as_wanted(stage, verb, key):
    current = stage.s3.current("photos", key)
    match verb:
        case "tag":
            return current.tags == {**TAGS, "moderation-verdict": "block"}
        case "copy":
            return current is not None and stage.quarantined()[key].body == b"judged"
        case "move":
            return current is None and stage.quarantined()[key].body == b"judged"
    return current is None


@each_verb
def test_each_verb_is_done_and_a_second_task_finds_it_done(stage, verb):
    put_and_judge(stage, "a.jpg")

    first = stage.apply({"block": verb})

    assert stage.results(first) == {"a.jpg": "done"}
    assert is_as_wanted(stage, verb, "a.jpg")
    second = stage.apply({"block": verb}, task="again")
    assert stage.results(second) == {"a.jpg": "gone" if verb == "delete" else "already"}
    assert is_as_wanted(stage, verb, "a.jpg")


@each_verb
def test_undo_restores_bytes_tags_and_metadata(stage, verb):
    put_and_judge(stage, "a.jpg", metadata={"by": "ann"}, storage_class="STANDARD_IA")
    undone = stage.undo(stage.apply({"block": verb}))

    if verb == "delete":
        assert stage.results(undone) == {"a.jpg": "failed"}
        return
    assert stage.results(undone) == {"a.jpg": "done"}
    current = stage.s3.current("photos", "a.jpg")
    assert (current.body, current.tags, current.metadata) == (b"judged", TAGS, {"by": "ann"})
    assert current.storage_class == "STANDARD_IA"
    assert not stage.quarantined()


@each_verb
def test_an_object_that_changed_is_left_alone(stage, verb):
    put_and_judge(stage, "a.jpg")
    stage.s3.put("photos", "a.jpg", b"other")

    applied = stage.apply({"block": verb})

    assert stage.results(applied) == {"a.jpg": "changed"}
    assert not stage.s3.changes


@each_verb
def test_a_held_object_is_not_touched_until_the_hold_is_removed(stage, verb):
    put_and_judge(stage, "a.jpg")
    stage.hold("a.jpg")

    applied = stage.apply({"block": verb})

    assert stage.results(applied) == {"a.jpg": "held"}
    assert not stage.s3.changes
    for place in [place for place in stage.s3.keys if place[1].startswith("holds/")]:
        del stage.s3.keys[place]
    assert stage.results(stage.apply({"block": verb})) == {"a.jpg": "done"}


@each_verb
def test_a_legal_hold_protects_an_object(verb):
    stage = ActionStage(MemoryBucket(locked=["photos"]))
    put_and_judge(stage, "a.jpg", legal_hold=True)

    assert stage.results(stage.apply({"block": verb})) == {"a.jpg": "held"}
    assert not stage.s3.changes


def test_a_hold_that_appears_between_copy_and_delete_keeps_the_object(stage):
    put_and_judge(stage, "a.jpg")
    stage.s3.before_call = lambda name, arguments: name == "copy_object" and stage.hold("a.jpg")

    assert stage.results(stage.apply()) == {"a.jpg": "held"}
    assert stage.keys() == {"a.jpg"}


def test_an_object_that_is_gone_is_reported(stage):
    stage.judge(row("a.jpg"), row("b.jpg", verdict="review"))

    applied = stage.apply({"block": "move", "review": "tag"})

    assert stage.results(applied) == {"a.jpg": "gone", "b.jpg": "gone"}
    applied.check(parse_tolerance("0"))


def test_an_object_whose_bytes_are_not_known_fails_and_is_not_touched(stage):
    stage.s3.put("photos", "a.jpg", b"judged")
    stage.judge(row("a.jpg", etag=""))

    applied = stage.apply()

    assert stage.results(applied) == {"a.jpg": "failed"}
    assert "no ETag" in stage.outcomes(applied)["a.jpg"].reason
    assert not stage.s3.changes


@each_verb
@pytest.mark.parametrize("key", ODD_KEYS)
def test_odd_keys(stage, verb, key):
    put_and_judge(stage, key)

    applied = stage.apply({"block": verb})

    assert stage.results(applied) == {key: "done"}
    assert is_as_wanted(stage, verb, key)


def test_a_verdict_without_verb_is_left_alone(stage):
    put_and_judge(stage, "a.jpg", verdict="review")

    assert stage.apply({"block": "delete"}).summary["counts"]["objects"] == 0
    assert stage.keys() == {"a.jpg"}


def test_more_than_ten_tags_fail_and_nothing_is_written(stage):
    stage.s3.put("photos", "a.jpg", b"judged", tags={f"t{number}": "x" for number in range(10)})
    stage.judge(row("a.jpg"))

    applied = stage.apply({"block": "tag"})

    assert "more than 10 tags" in stage.outcomes(applied)["a.jpg"].reason
    assert not stage.s3.changes


def test_undo_keeps_tags_that_somebody_else_set(stage):
    put_and_judge(stage, "a.jpg", "b.jpg")
    applied = stage.apply({"block": "tag"}, tags={"state": "hidden"})
    stage.s3.current("photos", "a.jpg").tags["reviewed"] = "yes"
    stage.s3.current("photos", "b.jpg").tags["state"] = "checked"

    undone = stage.undo(applied)

    assert stage.results(undone) == {"a.jpg": "done", "b.jpg": "changed"}
    assert stage.s3.current("photos", "a.jpg").tags == {**TAGS, "reviewed": "yes"}
    assert stage.s3.current("photos", "b.jpg").tags == {**TAGS, "state": "checked"}


def test_tags_that_reach_other_bytes_are_removed(stage):
    put_and_judge(stage, "a.jpg")

    def overwrite(name, arguments):
        if name == "put_object_tagging" and stage.s3.current("photos", "a.jpg").body == b"judged":
            stage.s3.put("photos", "a.jpg", b"other")

    stage.s3.before_call = overwrite

    assert stage.results(stage.apply({"block": "tag"})) == {"a.jpg": "changed"}
    assert "moderation-verdict" not in stage.s3.current("photos", "a.jpg").tags


def test_undo_does_not_overwrite_a_new_object_at_the_old_key(stage):
    put_and_judge(stage, "a.jpg")
    applied = stage.apply()
    stage.s3.put("photos", "a.jpg", b"new")

    assert stage.results(stage.undo(applied)) == {"a.jpg": "changed"}
    assert stage.s3.current("photos", "a.jpg").body == b"new"
    assert stage.quarantined()["a.jpg"].body == b"judged"


@pytest.fixture
def versioned():
    return ActionStage(MemoryBucket(versioned=["photos"]))


@pytest.mark.parametrize("verb", ["delete", "move"])
def test_in_a_bucket_with_versions_a_delete_only_adds_a_marker_and_undo_removes_it(versioned, verb):
    put_and_judge(versioned, "a.jpg")
    before = versioned.s3.current("photos", "a.jpg")

    applied = versioned.apply({"block": verb})

    assert applied.summary["counts"]["marker_only"] == 1
    assert versioned.results(versioned.undo(applied)) == {"a.jpg": "done"}
    assert versioned.s3.current("photos", "a.jpg") is before
    assert not versioned.quarantined()


@pytest.mark.parametrize("verb", ["delete", "move"])
def test_all_versions_deletes_the_judged_bytes_for_good_and_no_others(versioned, verb):
    versioned.s3.put("photos", "a.jpg", b"older, not judged")
    put_and_judge(versioned, "a.jpg")

    applied = versioned.apply({"block": verb}, all_versions=True)

    assert versioned.results(applied) == {"a.jpg": "done"}
    assert applied.summary["counts"]["marker_only"] == 0
    assert [each.body for each in versioned.s3.keys["photos", "a.jpg"]] == [b"older, not judged", None]


def test_all_versions_deletes_what_an_earlier_task_only_hid(versioned):
    put_and_judge(versioned, "a.jpg")
    versioned.apply({"block": "delete"})

    applied = versioned.apply({"block": "delete"}, task="purge", all_versions=True)

    assert versioned.results(applied) == {"a.jpg": "done"}
    assert [each.body for each in versioned.s3.keys["photos", "a.jpg"]] == [None]


def test_a_copy_keeps_the_kms_key_of_its_object_and_undo_restores_it(stage):
    stage.s3.put("photos", "a.jpg", b"judged", kms_key_id="key-1")
    stage.judge(row("a.jpg", etag=stage.s3.current("photos", "a.jpg").etag))

    applied = stage.apply(kms_key_id="key-2")

    assert stage.quarantined()["a.jpg"].kms_key_id == "key-2"
    assert stage.results(stage.undo(applied)) == {"a.jpg": "done"}
    assert stage.s3.current("photos", "a.jpg").kms_key_id == "key-1"


def test_requester_pays_is_in_every_call_on_an_object(stage):
    put_and_judge(stage, "a.jpg", "b.jpg")
    calls = []
    stage.s3.before_call = lambda name, arguments: calls.append((name, arguments))

    stage.apply({"block": "move"}, requester_pays=True)
    stage.s3.put("photos", "b.jpg", b"judged")
    stage.apply({"block": "tag"}, requester_pays=True)

    on_images = [arguments for _, arguments in calls if arguments.get("Bucket") == "photos"]
    assert len(on_images) > 10
    assert all(arguments.get("RequestPayer") == "requester" for arguments in on_images)


def test_denied_and_failed_actions_fail_the_task_after_everything_was_tried(stage):
    put_and_judge(stage, "a.jpg", "b.jpg", "c.jpg")

    def deny(name, arguments):
        if name == "delete_object" and arguments["Key"] == "a.jpg":
            refuse("AccessDenied", 403, name)
        if name == "delete_object" and arguments["Key"] == "b.jpg":
            refuse("SlowDown", 503, name)

    stage.s3.before_call = deny
    applied = stage.apply({"block": "delete"})

    assert stage.results(applied) == {"a.jpg": "denied", "b.jpg": "failed", "c.jpg": "done"}
    assert len(stage.waits) == 4
    with pytest.raises(ActionsFailed, match="failed: 1, and that S3 denied: 1, of 3; max_failed=0") as error:
        applied.check(parse_tolerance(0))
    assert error.value.retryable
    applied.check(parse_tolerance(2))
    applied.check(parse_tolerance(None))

    stage.s3.before_call = lambda name, arguments: None
    assert stage.results(stage.apply({"block": "delete"})) == dict.fromkeys(
        ("a.jpg", "b.jpg", "c.jpg"), "done"
    )


def test_a_conflict_is_repeated(stage):
    put_and_judge(stage, "a.jpg")
    conflicts = [
        refusal("ConditionalRequestConflict", 409, name) for name in ("copy_object", "delete_object")
    ]

    def conflict(name, arguments):
        if name in ("copy_object", "delete_object") and conflicts:
            raise conflicts.pop()

    stage.s3.before_call = conflict

    assert stage.results(stage.apply()) == {"a.jpg": "done"}
    assert len(stage.waits) == 2


def test_missing_credentials_end_the_task_and_a_retry_continues(stage):
    put_and_judge(stage, "a.jpg", "b.jpg")

    def expire(name, arguments):
        if name == "delete_object" and arguments["Key"] == "b.jpg":
            refuse("ExpiredToken", 400, name)

    stage.s3.before_call = expire
    with pytest.raises(NoCredentials):
        stage.apply()
    stage.s3.before_call = lambda name, arguments: None

    assert stage.results(stage.apply()) == {"a.jpg": "done", "b.jpg": "done"}


def test_limits_refuse_before_the_first_change(stage):
    put_and_judge(stage, "a.jpg", "b.jpg")

    with pytest.raises(TooManyObjects, match="max_objects=1"):
        stage.apply(limits=ActionLimits(max_objects=1))
    with pytest.raises(TooManyObjects, match=r"2, of 10 images of the run. This exceeds max_share=0.1"):
        stage.apply(limits=ActionLimits(max_share=parse_max_share("10%")), run_images=10)
    with pytest.raises(InvalidArgument, match="max_share"):
        stage.apply(limits=ActionLimits(max_share=parse_max_share("10%")))

    assert not stage.s3.changes
    stage.apply(limits=ActionLimits(max_objects=2, max_share=parse_max_share("20%")), run_images=10)
    assert len(stage.quarantined()) == 2


def test_a_dry_run_lists_everything_and_changes_nothing(stage):
    put_and_judge(stage, "a.jpg", "b.jpg")

    applied = stage.apply(dry_run=True, limits=ActionLimits(max_objects=1))

    assert applied.summary["counts"]["objects"] == 2
    assert applied.summary["actions"] == {"block: move": {"planned": 2}}
    key = applied.summary["dry_run_list"].removeprefix("s3://ops/")
    lines = gzip.decompress(stage.s3.current("ops", key).body).splitlines()
    assert [json.loads(line)["uri"] for line in lines] == ["s3://photos/a.jpg", "s3://photos/b.jpg"]
    assert not stage.s3.changes


@pytest.mark.parametrize("place", ["s3://photos/uploads/q/", "s3://photos/uploads/"])
def test_a_quarantine_beside_the_images_is_refused_if_the_source_is_not_known(stage, place):
    put_and_judge(stage, "uploads/a.jpg")

    with pytest.raises(InvalidArgument, match="inside s3://photos/uploads/"):
        stage.apply(quarantine=S3Uri("photos", place.removeprefix("s3://photos/")))

    assert not stage.s3.changes


def test_a_function_gets_batches_and_says_what_it_could_not_handle(stage):
    put_and_judge(stage, "a.jpg", "b.jpg", "c.jpg", "d.jpg")
    stage.hold("c.jpg")
    stage.s3.put("photos", "d.jpg", b"other")
    batches = []

    def hide(images):
        batches.append(images)
        return ["s3://photos/b.jpg"]

    applied = stage.apply({"block": hide})

    ((first, second),) = batches
    assert (first["uri"], first["verdict"], first["rule"], first["confidence"]) == (
        "s3://photos/a.jpg",
        "block",
        "Explicit",
        97.5,
    )
    assert second["key"] == "b.jpg"
    assert stage.results(applied) == {"a.jpg": "done", "b.jpg": "failed", "c.jpg": "held", "d.jpg": "changed"}
    assert stage.results(stage.undo(applied)) == {"a.jpg": "failed"}


def test_a_function_that_raises_fails_its_objects(stage):
    put_and_judge(stage, "a.jpg")

    def hide(images):
        message = "the site is down"
        raise OSError(message)

    applied = stage.apply({"block": hide})

    assert stage.outcomes(applied)["a.jpg"].reason == "OSError: the site is down"


def test_above_a_number_tag_and_copy_write_a_manifest_with_versions(versioned):
    put_and_judge(versioned, "a b.jpg", "ü.jpg", "held.jpg")
    versioned.hold("held.jpg")
    version_ids = [versioned.s3.current("photos", key).version_id for key in ("a b.jpg", "ü.jpg")]

    applied = versioned.apply({"block": "tag"}, batch_manifest_above=2)

    assert versioned.results(applied) == {"a b.jpg": "listed", "ü.jpg": "listed", "held.jpg": "held"}
    (manifest,) = applied.summary["batch_manifests"]
    body = versioned.s3.current("ops", manifest["uri"].removeprefix("s3://ops/")).body.decode()
    assert body == f"photos,a%20b.jpg,{version_ids[0]}\nphotos,%C3%BC.jpg,{version_ids[1]}\n"
    assert (manifest["verb"], manifest["bucket"], manifest["objects"]) == ("tag", "photos", 2)
    assert not versioned.s3.changes


def test_without_versions_a_manifest_would_touch_other_bytes_so_it_has_no_row(stage):
    put_and_judge(stage, "a.jpg")

    applied = stage.apply({"block": "tag"}, batch_manifest_above=0)

    assert "no versions" in stage.outcomes(applied)["a.jpg"].reason
    assert not applied.summary["batch_manifests"]


def test_moves_are_done_above_the_number_too(stage):
    put_and_judge(stage, "a.jpg")

    assert stage.results(stage.apply(batch_manifest_above=0)) == {"a.jpg": "done"}


def test_invalidation_paths_of_what_was_done(stage):
    put_and_judge(stage, "site/a b~.jpg", "private/b.jpg", "site/gone.jpg")
    stage.s3.remove("photos", "site/gone.jpg")

    applied = stage.apply(origin_path="site/")

    found = applied.summary["invalidation_paths"]["photos"]
    assert found["paths"] == 1
    assert stage.s3.current("ops", found["uri"].removeprefix("s3://ops/")).body == b"/a%20b%7E.jpg\n"


def test_quarantine_keys_keep_two_judged_contents_of_one_key_apart(stage):
    put_and_judge(stage, "a.jpg")
    stage.apply()
    stage.s3.put("photos", "a.jpg", b"second")
    stage.judge(row("a.jpg", b"second"))

    assert stage.results(stage.apply(task="next night")) == {"a.jpg": "done"}

    bodies = [
        stage.s3.current("ops", key).body for key in stage.keys("ops") if key.startswith(QUARANTINE.key)
    ]
    assert sorted(bodies) == [b"judged", b"second"]


def test_other_bytes_at_the_key_of_the_copy_are_never_overwritten(stage):
    put_and_judge(stage, "a.jpg")
    copied = stage.apply({"block": "copy"})
    ((key, _),) = [(key, 0) for key in stage.keys("ops") if key.startswith(QUARANTINE.key)]
    stage.s3.put("ops", key, b"planted")

    applied = stage.apply(task="move")

    assert stage.results(applied) == {"a.jpg": "failed"}
    assert stage.keys() == {"a.jpg"}
    assert stage.s3.current("ops", key).body == b"planted"
    assert stage.results(stage.undo(copied)) == {"a.jpg": "changed"}
