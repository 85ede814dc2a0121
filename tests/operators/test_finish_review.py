"""The operator that finishes a review, on the emulator."""

import io
import json

import pyarrow.parquet as pq
import pytest
from operators.reviewing import finish, plan, put_verdicts
from task_runner import FakeTaskInstance

from airflow_provider_rekmedia.airflow_compat import AirflowFailException, AirflowSkipException
from airflow_provider_rekmedia.core.learning.reviewer_errors import ReviewerErrors
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


def test_the_arguments_of_the_measurement_reach_it(photos, verdicts, monkeypatch):
    _, planned = plan(verdicts, previews=False)
    requests = []
    monkeypatch.setattr(
        "airflow_provider_rekmedia.services.finish_review.measure_reviews",
        lambda request, _: requests.append(request),
    )

    finish(
        planned.xcoms["plan"],
        report="s3://photos/r/report.json",
        max_loss="0.1",
        reviewer_errors={"missed": 0.05, "wrong": 0.01},
    )

    (request,) = requests
    assert (request.max_loss, request.errors) == (0.1, ReviewerErrors(0.05, 0.01))


def test_an_argument_that_cannot_be_used_fails_before_a_file_is_written(photos, verdicts):
    _, planned = plan(verdicts, previews=False)

    with pytest.raises(AirflowFailException, match="max_loss"):
        finish(planned.xcoms["plan"], max_loss=2)

    listed = photos.client.list_objects_v2(Bucket="photos", Prefix="review/reviews/")
    assert listed["KeyCount"] == 0


def test_the_table_is_written_below_parquet(photos, verdicts):
    _, planned = plan(verdicts, previews=False)

    summary, _ = finish(planned.xcoms["plan"], parquet="s3://photos/tables/")

    key = summary["reviews_table"].removeprefix("s3://photos/")
    assert key.startswith("tables/reviews/")
    body = photos.client.get_object(Bucket="photos", Key=key)["Body"].read()
    assert pq.read_table(io.BytesIO(body)).num_rows == 0


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
