from types import SimpleNamespace

import pytest
from airflow.providers.common.compat.sdk import AirflowFailException
from jinja2 import Environment, StrictUndefined, UndefinedError

from airflow_provider_rekmedia.operators.manifest import RekognitionCreateManifestOperator


def render(logical_date):
    operator = RekognitionCreateManifestOperator(
        task_id="manifest",
        source="s3://photos/{{ ds }}/",
        manifest_prefix="s3://photos/m/",
    )
    context = {"dag_run": SimpleNamespace(logical_date=logical_date)}
    operator.render_template_fields(context, Environment(undefined=StrictUndefined, autoescape=True))


def test_a_run_without_a_logical_date_is_told_apart_from_a_misspelt_name():
    with pytest.raises(AirflowFailException, match=r"'ds' is undefined.*no logical date.*dag_run\.run_after"):
        render(None)
    with pytest.raises(UndefinedError, match="'ds' is undefined"):
        render("2026-11-20")
