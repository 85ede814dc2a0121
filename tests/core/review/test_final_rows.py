"""The rows of final verdict files."""

import pytest
from core.review.items import item, queue
from core.review.rows import row

from airflow_provider_rekmedia.core.review.answer import ReviewDecision
from airflow_provider_rekmedia.core.review.final_rows import audit_row, final_row
from airflow_provider_rekmedia.core.verdicts.verdict import Decision
from airflow_provider_rekmedia.core.verdicts.verdict_file import DecidedBy


@pytest.mark.parametrize("decision", [None, ReviewDecision.SKIP])
def test_an_undecided_image_keeps_the_verdict_of_the_policy(decision):
    assert final_row(row(), decision) == row()


@pytest.mark.parametrize("decision", [ReviewDecision.ALLOW, ReviewDecision.ESCALATE])
def test_an_allowed_or_escalated_image_leaves_the_verdict_files(decision):
    assert final_row(row(), decision) is None


def test_a_blocked_image_says_that_a_person_decided():
    final = final_row(row(), ReviewDecision.BLOCK)

    assert final == row(verdict=Decision.BLOCK, decided_by=DecidedBy.PERSON)


def test_an_allowed_image_that_a_person_blocks_enters_the_verdict_files():
    expected = row(verdict=Decision.BLOCK, decided_by=DecidedBy.PERSON, rule="", size_bytes=None)

    assert audit_row(item(rule=None), queue()) == expected
