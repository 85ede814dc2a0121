from airflow_provider_rekmedia.core.verdicts.judgement import Judgement
from airflow_provider_rekmedia.core.verdicts.policy import ANY_LABEL
from airflow_provider_rekmedia.core.verdicts.policy_digest import policy_digest
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy
from airflow_provider_rekmedia.core.verdicts.verdict import Decision, Verdict


def test_a_run_is_described_by_its_task_and_its_policy():
    policy = parse_policy({"name": "shop", "labels": {"Pills": "block"}, "not_analyzed": "block"})

    judgement = Judgement.by(policy, dag_id="nightly", run_id="r1")

    assert (judgement.dag_id, judgement.run_id, judgement.policy) == ("nightly", "r1", "shop")
    assert judgement.policy_digest == policy_digest(policy)
    assert judgement.not_analyzed == Verdict(Decision.BLOCK, "not_analyzed")


def test_a_policy_without_a_name_is_none():
    judgement = Judgement.by(ANY_LABEL, dag_id="nightly", run_id="r1")

    assert judgement.policy is None
    assert judgement.not_analyzed.decision is Decision.REVIEW
