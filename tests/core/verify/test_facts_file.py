"""The files have answers, and nothing that identifies an account."""

import json

import pytest

from airflow_provider_rekmedia.core.verify.answer import Answer
from airflow_provider_rekmedia.core.verify.facts_file import encode_facts, encode_issue, redact

ANSWERS = {"result-order": Answer("yes", "10 | 2\n<b>"), "bad-output": Answer.open("the job did not end")}
SEEN = {"package": "0.1.0", "region": "us-east-1", "date": "2026-12-01"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see s3://some-bucket/a/b.png now", "see <uri> now"),
        ("User: arn:aws:iam::123456789012:user/ann is not", "User: <arn> is not"),
        ("account 123456789012", "account <account>"),
        ("AKIAIOSFODNN7EXAMPLE", "<access key>"),
        (f"job {'0a' * 32}", "job <job id>"),
        ("id 01234567-89ab-cdef-0123-456789abcdef", "id <request id>"),
        ("bucket photos-of-ann, prefix checks/", "bucket <removed>, prefix <removed>"),
        ("10000 x 80 pixels", "10000 x 80 pixels"),
    ],
)
def test_redaction(text, shown):
    assert redact(text, ("photos-of-ann", "checks/", "")) == shown


def test_facts_have_question_answer_and_evidence():
    content = json.loads(encode_facts(ANSWERS, **SEEN))

    assert content["facts"][0] == {
        "id": "result-order",
        "question": "Are results in the manifest's order?",
        "answer": "yes",
        "evidence": "10 | 2\n<b>",
    }
    assert content["facts"][1]["answer"] is None
    assert {name: content[name] for name in SEEN} == SEEN
    assert content["version"] == 1


def test_the_issue_lists_answers_and_open_questions():
    text = encode_issue(ANSWERS, **SEEN).decode()

    assert "| Are results in the manifest's order? | yes | 10 \\| 2 &lt;b> |" in text
    assert "- `bad-output`: the job did not end" in text
    assert "1 answered, 1 still open" in text
