"""The sections of made-up reviews and actions."""

from core.learning.decisions import audited, doubled, reviewed

from airflow_provider_rekmedia.core.learning.review_quality import measure_review_quality
from airflow_provider_rekmedia.core.report.action_section import task_actions
from airflow_provider_rekmedia.core.verdicts.policy import Rule
from airflow_provider_rekmedia.core.verdicts.verdict import Decision


def review_quality(rule="Alcohol", stratum="near"):
    """A month with every number, and a suggested threshold."""
    flagged = reviewed(rule, Decision.REVIEW, blocked=300, allowed=80, confidence=80.0)
    decisions = [
        *flagged,
        *reviewed(rule, Decision.BLOCK, blocked=9, allowed=1),
        *audited(stratum, blocked=12, allowed=188, probability=0.5),
        *audited("clean", blocked=1, allowed=399, probability=0.02),
        *doubled(flagged[80:], differing=20),
    ]
    return measure_review_quality(decisions, runs=28, flagged={}, rules=[Rule(rule, 90.0, 50.0)])


def actions(task_id="actions", verdict="block", log="s3://analysis/actions/"):
    """What a task did."""
    counts = {f"{verdict}: move": {"done": 7, "held": 1}, "review: tag": {"already": 1_234}}
    return task_actions(task_id=task_id, map_index=-1, action_log=log, counts=counts)
