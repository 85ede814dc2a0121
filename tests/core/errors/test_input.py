from airflow_provider_rekmedia.core.errors import InvalidInput, OverBudget


def test_invalid_input_is_a_value_error():
    assert issubclass(InvalidInput, ValueError)


def test_an_exceeded_budget_names_the_figures_the_limit_and_the_dry_run():
    error = OverBudget(images=7, usd="0.01", argument="max_cost", limit=0.005)
    assert isinstance(error, InvalidInput)
    for part in ("Images to analyze: 7", "max_cost=0.005", "dry_run"):
        assert part in str(error)
