import sys

import pytest

from airflow_provider_rekmedia.core.errors import (
    ExtraMissing,
    InvalidArgument,
    InvalidPolicy,
    InvalidS3Uri,
    ObjectUnreadable,
    PolicyMissing,
)
from airflow_provider_rekmedia.services.results.check_arguments import PREFIXES, check_results_arguments


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"policy": {"labels": {"Explict": "block"}}}, InvalidPolicy),
        ({"policy": "s3://photos/no-such.yaml"}, PolicyMissing),
        ({"max_failed": "many"}, InvalidArgument),
        ({"parquet": "photos/tables/"}, InvalidS3Uri),
        ({"report": "photos/report/"}, InvalidS3Uri),
        ({"on_drift": "explode"}, InvalidArgument),
        ({"on_drift": "fail", "report": None}, InvalidArgument),
    ],
)
def test_an_argument_that_cannot_be_used_is_refused(stage, arguments, error):
    with pytest.raises(error):
        check_results_arguments(arguments, stage.objects)


@pytest.mark.parametrize("name", PREFIXES)
def test_a_bucket_that_does_not_exist_is_named_with_its_argument(stage, name):
    with pytest.raises(ObjectUnreadable, match=rf"s3://no-such/ \(argument {name}\)"):
        check_results_arguments({name: "s3://no-such/prefix/"}, stage.objects)


def test_a_missing_extra_is_named(stage, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)

    with pytest.raises(ExtraMissing, match="parquet"):
        check_results_arguments({"parquet": "s3://photos/tables/"}, stage.objects)


@pytest.mark.parametrize(
    "nothing", [{}, {"policy": "None", "parquet": "", "ledger": None, "report": "None"}, {"on_drift": "fail"}]
)
def test_arguments_without_a_value_need_no_call(stage, nothing):
    check_results_arguments(nothing, stage.objects)

    assert stage.calls("HeadBucket") == 0
