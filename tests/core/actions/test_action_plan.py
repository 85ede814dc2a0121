"""What is done to each image of a verdict file."""

import pytest
from core.actions.records import outcome
from services.actions.action_stage import row

from airflow_provider_rekmedia.core.actions.action_plan import ActionPlan, iter_undo_actions, parse_actions
from airflow_provider_rekmedia.core.actions.inverse import Irreversible, RemoveMarker
from airflow_provider_rekmedia.core.actions.verb import Verb
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

QUARANTINE = S3Uri("photos", "quarantine/")
UPLOADS = (S3Uri("photos", "uploads/"),)


def plan(actions, *, quarantine=QUARANTINE, sources=UPLOADS):
    verbs, _ = parse_actions(actions)
    return ActionPlan.checked(
        verbs=verbs, quarantine=quarantine, sources=sources, tags={"verdict": "{verdict}"}
    )


def test_each_verdict_has_its_verb_and_others_are_left_alone():
    rows = [row("uploads/a"), row("uploads/b", verdict="review"), row("uploads/c")]

    moved = list(plan({"block": "move"}).iter_actions(rows))
    tagged = list(plan({"review": "tag"}).iter_actions(rows))

    assert [(each.number, each.key, each.verb) for each in moved] == [
        (0, "uploads/a", Verb.MOVE),
        (1, "uploads/c", Verb.MOVE),
    ]
    assert moved[0].target == f"s3://photos/quarantine/photos/{moved[0].etag}/uploads/a"
    assert (tagged[0].tags, tagged[0].target) == ({"verdict": "review"}, None)


def test_an_image_without_etag_has_no_target():
    (action,) = plan({"block": "copy"}).iter_actions([row("uploads/a", etag="")])

    assert (action.etag, action.target) == (None, None)


def test_a_quarantine_is_needed_and_must_be_outside_of_the_source():
    plan({"block": "delete"}, quarantine=None)
    with pytest.raises(InvalidArgument, match="copy and move need a prefix"):
        plan({"block": "copy"}, quarantine=None)
    with pytest.raises(InvalidArgument, match="inside s3://photos/uploads/"):
        plan({"block": "tag"}, quarantine=S3Uri("photos", "uploads/x/"))
    unchecked = ActionPlan(verbs={Decision.BLOCK: Verb.MOVE}, quarantine=None, tags={})
    with pytest.raises(InvalidArgument, match="copy and move need a prefix"):
        list(unchecked.iter_actions([row("uploads/a")]))


def test_without_source_the_folder_of_each_image_counts():
    unknown = plan({"block": "move"}, sources=(), quarantine=S3Uri("photos", "uploads/q/"))

    assert list(unknown.iter_actions([row("other/a")]))
    with pytest.raises(InvalidArgument, match="inside s3://photos/uploads/"):
        list(unknown.iter_actions([row("uploads/a")]))
    with pytest.raises(InvalidArgument, match="inside s3://photos/"):
        list(unknown.iter_actions([row("a.jpg")]))


def test_functions_are_kept_by_verdict():
    assert parse_actions({"block": len, "review": "tag"}) == (
        {Decision.BLOCK: Verb.CALL, Decision.REVIEW: Verb.TAG},
        {Decision.BLOCK: len},
    )


@pytest.mark.parametrize("value", [None, {}, "move", {"allow": "tag"}, {"block": "call"}, {"block": "burn"}])
def test_other_actions_are_refused(value):
    with pytest.raises(InvalidArgument, match="actions="):
        parse_actions(value)


def test_an_undo_has_every_object_that_somebody_changed():
    marker = RemoveMarker("m")
    records = [
        outcome("gone", 0),
        outcome("done", 1, inverse=marker),
        outcome("listed", 2),
        outcome("already", 3),
        outcome("done", 4),
    ]

    undone = [(each.number, each.key, each.undo) for each in iter_undo_actions(records)]

    assert undone == [(0, "1.jpg", marker), (1, "2.jpg", Irreversible()), (2, "4.jpg", Irreversible())]
