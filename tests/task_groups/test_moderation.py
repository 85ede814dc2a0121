import sys
from datetime import UTC, datetime

import pytest
from task_runner import run_task

from airflow_provider_rekmedia.airflow_compat import DAG, AirflowFailException, task
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.operators.moderation_labels import RekognitionDetectModerationLabelsOperator
from airflow_provider_rekmedia.task_groups.moderation import moderate_images


def group_of(engine="per_image", **changes):
    arguments = {"source": "s3://photos/in/", "output": "s3://photos/out/", "engine": engine}
    with DAG("dag", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):
        return moderate_images(**arguments | changes)


@pytest.mark.parametrize(
    ("engine", "kind"),
    [
        ("bulk", RekognitionStartMediaAnalysisJobOperator),
        ("per_image", RekognitionDetectModerationLabelsOperator),
    ],
)
def test_both_engines_build_the_same_tasks(engine, kind):
    images = group_of(engine)

    assert images.job.operator_class is kind
    assert sorted(images.group.children) == [
        "moderate_images.manifest",
        "moderate_images.moderate",
        "moderate_images.preflight",
        "moderate_images.results",
    ]
    assert images.manifest.upstream_task_ids == {"moderate_images.preflight"}
    assert images.job.upstream_task_ids == {"moderate_images.manifest"}
    assert images.results.upstream_task_ids == {"moderate_images.manifest", "moderate_images.moderate"}


def test_each_engine_uses_its_own_arguments():
    arguments = {"bulk": {"deferrable": True}, "per_image": {"max_tps": 40}}

    assert group_of("bulk", **arguments).job.partial_kwargs["deferrable"] is True
    per_image = group_of("per_image", **arguments).job.partial_kwargs
    assert per_image["max_tps"] == 40
    assert "deferrable" not in per_image


def test_one_per_image_task_runs_at_a_time_by_default():
    limits = [
        group_of(engine, **more).job.partial_kwargs.get("max_active_tis_per_dagrun")
        for engine, more in [
            ("per_image", {}),
            ("per_image", {"per_image": {"max_active_tis_per_dagrun": 7}}),
            ("per_image", {"per_image": {"max_active_tis_per_dagrun": None}}),
            ("per_image", {"connection": {"max_active_tis_per_dagrun": 4}}),
            ("bulk", {}),
        ]
    ]

    assert limits == [1, 7, None, 4, None]


@pytest.mark.parametrize("engine", ["bulk", "per_image"])
def test_only_the_tasks_that_run_the_engine_use_the_pool(engine):
    images = group_of(engine, pool="rekognition_jobs")

    assert images.job.partial_kwargs["pool"] == "rekognition_jobs"
    assert {images.manifest.pool, images.results.pool} == {"default_pool"}


@pytest.mark.parametrize(
    ("more", "pool"),
    [
        ({}, "default_pool"),
        ({"bulk": {"pool": "own"}}, "own"),
        ({"pool": "rekognition_jobs", "bulk": {"pool": "own"}}, "own"),
        ({"pool": "rekognition_jobs", "connection": {"pool": "all"}}, "all"),
    ],
)
def test_the_pool_of_the_operator_is_stronger(more, pool):
    # Airflow 2 names its default.
    assert group_of("bulk", **more).job.partial_kwargs.get("pool", "default_pool") == pool


def test_every_argument_of_the_operators_can_be_set():
    images = group_of(
        policy={"labels": {"Explicit": "block"}},
        ledger="s3://photos/ledger/",
        manifest={"pattern": "*.png"},
        results={"max_failed": "2%"},
        connection={"aws_conn_id": "other", "retries": 7},
    )

    assert images.manifest.pattern == "*.png"
    assert (images.manifest.ledger, images.results.ledger) == ("s3://photos/ledger/",) * 2
    assert (images.results.policy, images.results.max_failed) == ({"labels": {"Explicit": "block"}}, "2%")
    connections = [
        images.manifest.aws_conn_id,
        images.results.aws_conn_id,
        images.job.partial_kwargs["aws_conn_id"],
    ]
    assert connections == ["other"] * 3
    assert {images.manifest.retries, images.results.retries, images.job.partial_kwargs["retries"]} == {7}


def test_a_misspelt_argument_fails_dag_parsing():
    with pytest.raises(TypeError, match="max_tpss"):
        group_of(per_image={"max_tpss": 1})


def test_default_args_of_the_dag_reach_the_operators():
    arguments = {"source": "s3://photos/in/", "output": "s3://photos/out/", "engine": "bulk"}
    with DAG(
        "dag",
        schedule=None,
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        default_args={"aws_conn_id": "prod", "region_name": "eu-west-1"},
    ):
        images = moderate_images(**arguments)

    assert (images.manifest.aws_conn_id, images.results.region_name) == ("prod", "eu-west-1")
    assert images.job.unmap({"manifest": "s3://photos/m.jsonl"}).region_name == "eu-west-1"


@pytest.mark.parametrize(
    "wrong", [{"engine": "batch"}, {"output": "s3://photos/out"}], ids=["engine", "output"]
)
def test_invalid_arguments_fail_dag_parsing(wrong):
    with pytest.raises(InvalidArgument, match=next(iter(wrong))):
        group_of(**wrong)


def test_a_templated_output_is_not_checked_at_parsing():
    assert group_of(output="{{ params.output }}").manifest.manifest_prefix == "{{ params.output }}manifests/"


def test_a_run_has_a_report_unless_its_argument_says_otherwise():
    assert group_of().results.report == "s3://photos/out/report/"
    assert group_of().results.on_drift == "warn"
    assert group_of(results={"report": None}).results.report is None


def test_verdict_files_are_written_below_the_output_unless_told_otherwise():
    assert group_of().results.verdicts == "s3://photos/out/verdicts/"
    assert group_of(results={"verdicts": None}).results.verdicts is None


@pytest.mark.parametrize("engine", ["bulk", "per_image"])
def test_every_task_encrypts_with_the_key(engine):
    images = group_of(engine, kms_key_id="alias/moderation")

    tasks = (images.manifest.kms_key_id, images.job.partial_kwargs["kms_key_id"], images.results.kms_key_id)
    assert set(tasks) == {"alias/moderation"}
    assert "kms_key_id" not in group_of(engine).job.partial_kwargs


def test_actions_are_one_more_task_with_places_below_the_output():
    images = group_of(actions={"block": "move"}, act={"max_share": "5%"}, kms_key_id="key")

    assert "moderate_images.actions" in images.group.children
    task = images.actions
    assert task.upstream_task_ids == {"moderate_images.results"}
    assert (task.action_log, task.holds, task.quarantine) == tuple(
        f"s3://photos/out/{name}/" for name in ("actions", "holds", "quarantine")
    )
    assert (task.source, task.max_share, task.kms_key_id) == ("s3://photos/in/", "5%", "key")
    assert group_of().actions is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"actions": {"block": "burn"}}, "must be one of tag"),
        (
            {"actions": {"block": "move"}, "act": {"quarantine": "s3://photos/in/q/"}},
            "inside s3://photos/in/",
        ),
        ({"actions": {"block": "tag"}, "act": {"max_share": "5"}}, "must be a share"),
    ],
)
def test_wrong_actions_fail_when_the_dag_is_parsed(arguments, message):
    with pytest.raises(InvalidArgument, match=message):
        group_of(**arguments)


def test_actions_with_templates_are_checked_when_the_task_runs():
    group_of(actions="{{ params.actions }}", source="{{ params.source }}")


def test_preflight_can_be_turned_off():
    images = group_of(preflight=False)

    assert images.preflight is None
    assert images.manifest.upstream_task_ids == set()


def test_preflight_has_the_arguments_of_the_other_tasks():
    checks = group_of(
        "bulk",
        ledger="s3://photos/ledger/",
        policy="social_network",
        kms_key_id="key",
        manifest={"max_cost": 5},
        bulk={"min_confidence": 40},
        actions={"block": "move"},
        connection={"aws_conn_id": "other", "retries": 7},
        preflight={"paid_probe": True},
    ).preflight

    assert (checks.engine, checks.aws_conn_id, checks.retries) == ("bulk", "other", 7)
    assert checks.paid_probe is True
    assert (checks.manifest["source"], checks.manifest["max_cost"]) == ("s3://photos/in/", 5)
    assert (checks.analysis["output"], checks.analysis["min_confidence"]) == ("s3://photos/out/jobs/", 40)
    assert (checks.results["policy"], checks.results["ledger"]) == ("social_network", "s3://photos/ledger/")
    assert checks.actions["quarantine"] == "s3://photos/out/quarantine/"
    assert {
        given["kms_key_id"] for given in (checks.manifest, checks.analysis, checks.results, checks.actions)
    } == {"key"}


def test_preflight_has_the_prefixes_of_the_review():
    planning = {"audit_near": 5, "previews": False}
    finishing = {"decisions_file": "s3://photos/decisions.csv", "kms_key_id": "other"}
    checks = group_of(
        kms_key_id="key",
        results={"parquet": "s3://photos/out/tables/"},
        review={"ask": False, "plan": planning, "finish": finishing},
    ).preflight

    assert checks.review == {
        "review": "s3://photos/out/review/",
        "holds": "s3://photos/out/holds/",
        "previews": False,
        "kms_key_id": "key",
        "question": None,
        "finish": {
            "decisions_file": "s3://photos/decisions.csv",
            "parquet": "s3://photos/out/tables/",
            "kms_key_id": "other",
        },
    }
    assert checks.results["audit_candidates"] == "s3://photos/out/review/candidates/"


def test_preflight_waits_for_the_task_that_finds_the_source_and_for_no_other():
    with DAG("dag", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC)):
        found, chosen = (task(task_id=name)(lambda: None)() for name in ("find", "choose"))
        images = moderate_images(source=found, output="s3://photos/out/", engine="bulk", policy=chosen)

    assert images.preflight.upstream_task_ids == {"find"}
    assert images.results.upstream_task_ids >= {"choose"}


def test_a_run_with_five_faults_fails_in_preflight_and_nothing_is_billed(night, aws, monkeypatch):
    night.client.put_object(Bucket="photos", Key="policy.yaml", Body=b"labels: {Violense: block}")
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    monkeypatch.setitem(sys.modules, "PIL", None)
    aws.deny("s3:PutObject", "photos/out/jobs/*")
    aws.deny("s3:DeleteObject", "photos/out/review/*")
    images = group_of(
        "bulk",
        source="s3://photos/uploads/",
        policy="s3://photos/policy.yaml",
        results={"parquet": "s3://photos/out/tables/"},
        review={"ask": False},
    )

    with pytest.raises(AirflowFailException) as failed:
        run_task(images.preflight)

    for text in (
        "checks that failed: 5,",
        "did you mean 'Violence'?",
        "output s3://photos/out/jobs/: PutObject was denied",
        "airflow-provider-rekmedia[parquet]",
        "airflow-provider-rekmedia[review]",
        "review s3://photos/out/review/: DeleteObject was denied",
    ):
        assert text in str(failed.value)
    assert (aws.usage()["jobs"], aws.usage()["images_billed"]) == (0, 0)
