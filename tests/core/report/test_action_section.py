import msgspec
from core.report.qualities import actions

from airflow_provider_rekmedia.core.report.action_section import with_task_actions


def test_rows_have_verdict_verb_and_outcomes():
    section = actions()
    assert [(row.verdict, row.verb, row.images) for row in section.rows] == [
        ("block", "move", 8),
        ("review", "tag", 1_234),
    ]
    assert section.images == 1_242


def test_a_retry_replaces_the_section_of_its_task():
    first, second = actions(), actions(task_id="other")
    again = msgspec.structs.replace(first, rows=())
    assert with_task_actions((first, second), again) == (second, again)
    mapped = msgspec.structs.replace(first, map_index=1)
    assert with_task_actions((first,), mapped) == (first, mapped)
