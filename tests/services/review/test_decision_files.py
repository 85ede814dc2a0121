"""The audit trail grows, and no file in it is ever changed or deleted."""

import pytest
from core.review.rows import row
from services.review.review_stage import Killed, Stage, images

from airflow_provider_rekmedia.core.s3_uri import S3Uri

FOLDERS = ("/audit/", "/escalations/")


class WatchedStage(Stage):
    """Checks each change of the audit trail at once."""

    def _change(self, call, arguments):
        if any(folder in f"/{arguments['Key']}" for folder in FOLDERS):
            # Only a write that S3 refuses if there is a file; no deletion has a body.
            assert "Body" in arguments
            assert arguments.get("IfNoneMatch") == "*"
        return super()._change(call, arguments)

    def trail(self):
        return {uri: body for uri, body in self.s3.objects.items() if any(name in uri for name in FOLDERS)}


@pytest.fixture
def stage():
    return WatchedStage()


def test_a_retry_a_clear_and_another_plan_only_add_files(stage):
    seen = {}

    def finish(written, **changes):
        stage.finish(written, **changes)
        trail = stage.trail()
        assert trail.items() >= seen.items()
        seen.update(trail)
        return len(trail)

    written = stage.plan(*images("a", "b"), double_share=1.0)
    stage.answer(written, "ab")
    # A retry, and a clear without new decisions.
    assert [finish(written), finish(written)] == [1, 1]
    # A clear after the second person answered. She escalates an image that is in the trail already.
    stage.answer(written, "eb", number=1, reviewer="bob")
    assert finish(written) == 4
    # The results task was cleared: other verdicts, another plan, other decisions.
    again = stage.plan(row("b"), row("c"), max_images=9)
    stage.answer(again, "ba")
    assert finish(again) == 5
    # Another import of the same decisions.
    for reviewer in ("eve", "eve", "fay"):
        body = f'{{"uri": "s3://photos/c", "decision": "block", "reviewer": "{reviewer}"}}'
        stage.put("s3://ops/d.jsonl", body.encode())
        finish(again, decisions_file=S3Uri("ops", "d.jsonl"))
    # A clear of the finish of the first plan.
    assert finish(written) == 7


def test_wherever_the_finish_dies_the_audit_trail_of_the_retry_is_the_same(stage):
    written = stage.plan(*images("a", "b"), double_share=1.0)
    stage.answer(written, "ae")
    stage.answer(written, "be", number=1, reviewer="bob")
    before, start = dict(stage.s3.objects), stage.changes
    stage.finish(written)
    for dies_at in range(stage.changes - start):
        retried = WatchedStage(type(stage.s3)(before), dies_at=dies_at)
        with pytest.raises(Killed):
            retried.finish(written)
        partial = retried.trail()
        retried.dies_at = None

        retried.finish(written)

        assert retried.trail() == stage.trail()
        assert retried.trail().items() >= partial.items()
