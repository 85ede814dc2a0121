"""The operator that finishes a review, on the emulator."""

import json

import pytest
from operators.reviewing import finish, plan, put_verdicts
from task_runner import FakeTaskInstance

from airflow_provider_rekmedia.airflow_compat import AirflowFailException, AirflowSkipException
from airflow_provider_rekmedia.operators import finish_review
from airflow_provider_rekmedia.operators.review import RekognitionFinishReviewOperator


@pytest.fixture
def verdicts(photos):
    return put_verdicts(photos)


def test_decisions_of_another_tool_need_no_question(photos, verdicts):
    _, planned = plan(verdicts, previews=False)
    lines = [
        {"uri": "s3://photos/uploads/beach.jpg", "decision": "block", "reviewer": "ann"},
        {"uri": "s3://photos/uploads/pills.jpg", "decision": "allow", "reviewer": "ann"},
    ]
    body = "\n".join(map(json.dumps, lines)).encode()
    photos.client.put_object(Bucket="photos", Key="decisions.jsonl", Body=body)

    summary, ti = finish(planned.xcoms["plan"], decisions_file="s3://photos/decisions.jsonl")

    assert (summary["counts"]["allow"], summary["counts"]["block"]) == (1, 1)
    assert ti.xcoms == {"verdicts": summary["verdicts"], "counts": summary["counts"], "review": summary}
    assert (summary["verdicts"]["images"], summary["verdicts"]["run_images"]) == (1, 3)


def test_a_line_that_cannot_be_used_fails_the_task_and_names_it(photos, verdicts):
    _, planned = plan(verdicts, previews=False)
    photos.client.put_object(Bucket="photos", Key="decisions.csv", Body=b"uri,decision\nx,allow\n")

    with pytest.raises(AirflowFailException, match=r"line 2: .* Correct the line"):
        finish(planned.xcoms["plan"], decisions_file="s3://photos/decisions.csv")


@pytest.mark.parametrize(
    ("state", "kind"), [("skipped", AirflowSkipException), ("failed", AirflowFailException)]
)
def test_without_a_plan_the_task_follows_the_plan_task(monkeypatch, state, kind):
    monkeypatch.setattr(finish_review, "fetch_task_state", lambda *_: state)
    operator = RekognitionFinishReviewOperator(task_id="finish", plan=None)
    operator._plan_task_id = "plan"

    with pytest.raises(kind, match=state):
        operator.execute({"ti": FakeTaskInstance()})
