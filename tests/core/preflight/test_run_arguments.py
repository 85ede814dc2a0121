from airflow_provider_rekmedia.core.preflight.run_arguments import RunArguments


def test_the_arguments_are_named_by_their_task():
    arguments = RunArguments(engine="bulk", analysis={"a": 1}, actions={"b": 2})

    assert dict(arguments.items()) == {
        "manifest": {},
        "moderate": {"a": 1},
        "results": {},
        "actions": {"b": 2},
        "review": {},
    }
