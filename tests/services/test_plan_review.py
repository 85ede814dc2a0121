"""Which images come to which queue, and that a retry plans the same."""

import pytest
from core.review.rows import row
from core.review.test_audit_sample import candidate, candidates, sampled
from services.review.review_stage import HOLDS, Killed, Stage, images, picture

from airflow_provider_rekmedia.core.actions.holds import hold_uri
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.review.audit_sample import encode_candidates
from airflow_provider_rekmedia.core.review.order import ReviewOrder
from airflow_provider_rekmedia.core.review.queue import Sample
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.verdict import Decision


@pytest.fixture
def stage():
    return Stage()


def keys(queue):
    return [item.key for item in queue.items]


def test_images_are_split_into_queues(stage):
    written = stage.plan(*images("a", "b", "c"), queue_size=2)

    assert [keys(queue) for queue in stage.queues(written)] == [["a", "b"], ["c"]]
    assert [queue.number for queue in stage.queues(written)] == [0, 1]


def test_a_run_without_images_has_no_queue(stage):
    written = stage.plan(row(verdict=Decision.BLOCK))

    assert (written.plan.queues, written.plan.counts["images"]) == ((), 0)


def test_a_retry_has_the_same_queues(stage):
    first = stage.plan(*images("a", "b"))

    assert stage.plan(*images("a", "b")) == first


def test_wherever_the_plan_dies_a_retry_writes_one_whole_plan(stage):
    whole = Stage()
    copies = [whole.put_image("a"), whole.put_image("b")]
    whole.plan(*copies, previews=True)
    for dies_at in range(whole.changes):
        stage = Stage(dies_at=dies_at)
        stage.put("s3://photos/a", picture())
        with pytest.raises(Killed):
            stage.plan(*copies, previews=True)
        assert not stage.names("plans")
        stage.dies_at = None

        written = stage.plan(*copies, previews=True)

        assert [keys(queue) for queue in stage.queues(written)] == [["a"]]
        assert len(stage.names("plans")) == 1


def test_images_with_the_same_bytes_appear_once_and_their_copies_are_kept(stage):
    written = stage.plan(row("b", etag="e"), row("a", etag="e"), row("c"))

    assert keys(stage.queues(written)[0]) == ["a", "c"]
    assert written.plan.counts["copies"] == 1
    (name,) = stage.names("duplicates")
    assert name == f"{written.plan.queues[0].checksum}.json"


def test_each_verdict_file_is_downloaded_once(stage, monkeypatch):
    uris = [stage.put_verdicts(*images(name), name=name) for name in "ab"]
    downloaded = []
    get = stage.s3.get_object

    def count(**arguments):
        downloaded.append(f"s3://{arguments['Bucket']}/{arguments['Key']}")
        return get(**arguments)

    monkeypatch.setattr(stage.s3, "get_object", count)

    stage.plan(verdict_uris=tuple(uris))

    assert [uri for uri in downloaded if uri in uris] == uris


def test_copies_that_are_not_chosen_themselves_are_found(stage):
    # With a limit of one image, the copies are far behind the images that are kept in memory.
    rows = [row(str(number), confidence=99.0 - number, etag=f"e{number % 5}") for number in range(20)]

    written = stage.plan(*rows, max_images=1)

    assert keys(stage.queues(written)[0]) == ["0"]
    assert (written.plan.counts["copies"], written.plan.counts["left_out"]) == (3, 16)


def escalate_during_plan(stage, key):
    """Hold an image at the moment when the first preview is written."""
    put = stage.s3.put_object

    def hold_and_put(**arguments):
        if "previews/" in arguments["Key"]:
            stage.put(str(hold_uri(HOLDS, S3Uri("photos", key))), b"{}")
        return put(**arguments)

    stage.s3.put_object = hold_and_put


def test_an_image_that_is_escalated_during_the_plan_is_no_copy(stage):
    one = stage.put_image("a")
    escalate_during_plan(stage, "b")
    written = stage.plan(one, row("b", etag=one.etag), previews=True)

    assert (written.plan.counts["images"], stage.names("duplicates")) == (1, [])


def test_more_images_than_the_limit_wait_for_the_next_run(stage):
    written = stage.plan(*images("a", "b", "c"), max_images=2)

    assert keys(stage.queues(written)[0]) == ["a", "b"]
    assert written.plan.counts["left_out"] == 1


def test_held_images_are_in_no_queue(stage):
    stage.put(str(hold_uri(HOLDS, S3Uri("photos", "a"))), b"{}")

    written = stage.plan(*images("a", "b"))

    assert keys(stage.queues(written)[0]) == ["b"]
    assert (written.plan.counts["images"], written.plan.counts["left_out"]) == (1, 0)


def test_an_image_that_is_escalated_during_the_plan_has_no_preview(stage):
    one = stage.put_image("a")
    escalate_during_plan(stage, "a")
    written = stage.plan(one, previews=True)

    assert (written.plan.queues, stage.names("previews")) == ((), [])


def test_undecided_images_of_earlier_runs_come_first(stage):
    monday = stage.plan(*images("z", "y"))
    stage.answer(monday, "as")
    stage.finish(monday)

    tuesday = stage.plan(*images("a"), run="tuesday")

    assert keys(stage.queues(tuesday)[0]) == ["z", "a"]
    assert tuesday.plan.counts["earlier"] == 1


def test_a_newer_verdict_replaces_an_undecided_one(stage):
    monday = stage.plan(*images("a"))
    stage.finish(monday)

    tuesday = stage.plan(row("a", etag="newer"), row("b"), run="tuesday")

    assert [item.etag for item in stage.queues(tuesday)[0].items] == ["newer", "etag of b"]


def test_the_audit_sample_and_double_reviews_are_in_queues(stage):
    near = sampled([1, 2], 2)
    clean = sampled([3], 2)
    stage.put("s3://ops/c.json", encode_candidates(candidates(near=near, clean=clean)))
    uri = S3Uri("ops", "c.json")

    written = stage.plan(*images("a"), candidates=uri, audit_near=1, audit_clean=1, double_share=1.0)

    first, second = stage.queues(written)
    assert [item.sample for item in first.items] == [Sample.QUEUE, Sample.AUDIT, Sample.AUDIT]
    assert [item.inclusion_probability for item in first.items] == [1.0, 0.5, 1.0]
    assert [(item.key, item.sample) for item in second.items] == [("a", Sample.DOUBLE)]
    assert (written.plan.counts["audit"], written.plan.counts["double"]) == (2, 1)


def test_a_held_image_is_not_in_the_audit_sample(stage):
    one = candidate(1)
    stage.put("s3://ops/c.json", encode_candidates(candidates(near=sampled([1], 1))))
    stage.put(str(hold_uri(HOLDS, S3Uri(one.bucket, one.key))), b"{}")

    assert not stage.plan(candidates=S3Uri("ops", "c.json"), audit_near=1).plan.queues


def test_the_images_nearest_to_a_threshold_come_first(stage):
    policy = {"labels": {"Smoking": {"review": 60}}}
    rows = [row("far", confidence=90.0), row("near", confidence=61.0)]

    written = stage.plan(*rows, order=ReviewOrder.THRESHOLD, policy=policy)

    assert keys(stage.queues(written)[0]) == ["near", "far"]


def test_thresholds_need_a_policy(stage):
    with pytest.raises(InvalidArgument, match="set policy"):
        stage.plan(*images("a"), order=ReviewOrder.THRESHOLD)


def test_more_queues_than_airflow_maps_are_refused(stage):
    with pytest.raises(InvalidArgument, match="use larger queues"):
        stage.plan(*images(*map(str, range(1_001))), queue_size=1)


@pytest.mark.parametrize("other", [{"task_id": "second"}, {"map_index": 1}])
def test_two_tasks_of_a_run_do_not_share_a_prefix(stage, other):
    first = stage.plan(*images("a"))

    with pytest.raises(InvalidArgument, match="one prefix for each review"):
        stage.plan(*images("b"), **other)
    assert stage.plan(*images("a")) == first
