"""Each object counts once, by outcome and by action."""

from core.actions.records import action, outcome

from airflow_provider_rekmedia.core.actions.action_counts import ActionCounts
from airflow_provider_rekmedia.core.actions.verb import Outcome, Verb


def test_outcomes_are_counted():
    counts = ActionCounts()
    counts.add([outcome("done", marker_only=True), outcome("gone")])
    counts.add([outcome("done", planned=action(verb=Verb.TAG))])

    assert counts.as_dict() == {
        "objects": 3,
        **dict.fromkeys(map(str, Outcome), 0),
        "done": 2,
        "gone": 1,
        "marker_only": 1,
    }
    assert counts.actions_as_dict() == {"block: move": {"done": 1, "gone": 1}, "block: tag": {"done": 1}}
