import importlib.util
import json
from datetime import UTC, datetime

import pytest
from airflow.models import dag as dags_of_airflow
from airflow.models import dagrun
from airflow.serialization.serialized_objects import SerializedDAG
from airflow.utils.session import create_session
from dag_runs.conftest import AIRFLOW_3
from sqlalchemy import select

# Where dag.test() finds what makes its run: from Airflow 3.1 on it is public.
PUBLIC = hasattr(dagrun, "get_or_create_dagrun")
creating, CREATE = (dagrun, "get_or_create_dagrun") if PUBLIC else (dags_of_airflow, "_get_or_create_dagrun")

if AIRFLOW_3:
    from airflow.models.asset import AssetActive, AssetEvent, AssetModel, DagScheduleAssetReference
    from airflow.models.dagbundle import DagBundleModel

    CONSUMED, ASSET_ID = "consumed_asset_events", "asset_id"
else:
    from airflow.models.dataset import DagScheduleDatasetReference as DagScheduleAssetReference
    from airflow.models.dataset import DatasetEvent as AssetEvent

    CONSUMED, ASSET_ID = "consumed_dataset_events", "dataset_id"


def put_results(photos, *names):
    label = {"Name": "Alcohol", "Confidence": 91, "ParentName": "", "TaxonomyLevel": 1}
    found = {"detect-moderation-labels": {"ModerationLabels": [label]}}
    body = "".join(json.dumps({"source-ref": f"s3://photos/{name}"} | found) + "\n" for name in names)
    photos.client.put_object(Bucket="photos", Key="moderation/jobs/1f2e-results.jsonl", Body=body.encode())


def run(dag):
    return dag.test(**{"logical_date" if AIRFLOW_3 else "execution_date": datetime.now(UTC)})


def pulled(dag_run, task_id):
    instance = dag_run.get_task_instances()[0]
    return instance.xcom_pull(task_ids=task_id)


@pytest.fixture
def dags(photos, airflow_database, dags_folder):
    """Both Dags of the file, known to the database."""
    spec = importlib.util.spec_from_file_location("blocked_images", dags_folder / "blocked_images.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if not AIRFLOW_3:  # where dag.test() makes neither Dags nor datasets known
        type(module.judged.dag).bulk_write_to_db([module.judged.dag, module.acted.operator.dag])
    elif not PUBLIC:
        register([module.judged.dag, module.acted.operator.dag], module.VERDICTS)
    return module


def register(dags, asset):
    """Make Dags and their asset known, as the Dag processor does: dag.test() of Airflow 3.0 does not."""
    with create_session() as session:
        if session.get(DagBundleModel, "tests") is None:
            session.add(DagBundleModel(name="tests"))
            session.flush()
        stored = [SerializedDAG.deserialize_dag(SerializedDAG.serialize_dag(each)) for each in dags]
        SerializedDAG.bulk_write_to_db("tests", None, stored, session=session)
        session.flush()
        model = session.scalar(select(AssetModel).filter_by(uri=asset.uri))
        if session.scalar(select(AssetActive).filter_by(uri=asset.uri)) is None:
            session.add(AssetActive.for_asset(model))


@pytest.fixture
def run_for_events(dags, monkeypatch):
    """Run the second Dag as the scheduler does: once for all events of its assets since the run before."""
    dag = dags.acted.operator.dag
    with create_session() as session:
        consumed = set(session.scalars(select(AssetEvent.id)))

    def create(*arguments, **named):
        session = named["session"]
        dag_run = session.merge(real(*arguments, **named))
        assets = select(getattr(DagScheduleAssetReference, ASSET_ID)).filter_by(dag_id=dag.dag_id)
        events = session.scalars(
            select(AssetEvent)
            .where(getattr(AssetEvent, ASSET_ID).in_(assets), AssetEvent.id.not_in(consumed))
            .order_by(AssetEvent.id)
        ).all()
        getattr(dag_run, CONSUMED).extend(events)
        session.commit()
        consumed.update(event.id for event in events)
        return dag_run

    real = getattr(creating, CREATE)

    def start():
        with monkeypatch.context() as patched:
            patched.setattr(creating, CREATE, create)
            return run(dag)

    return start


def test_the_asset_of_the_verdict_table_triggers_a_dag(photos, dags, run_for_events):
    put_results(photos, "beer.jpg")
    judging = run(dags.judged.dag)
    assert str(judging.state) == "success"
    assert pulled(judging, "judged")["counts"]["block"] == 1

    acting = run_for_events()

    assert str(acting.state) == "success"
    assert pulled(acting, "act") == 1


def test_two_events_before_one_run_are_both_acted_on(photos, dags, run_for_events):
    for names in (("beer.jpg",), ("beer.jpg", "wine.jpg")):
        put_results(photos, *names)
        run(dags.judged.dag)

    assert pulled(run_for_events(), "act") == 1 + 2


def test_a_manual_run_reports_the_newest_verdicts(photos, dags):
    put_results(photos, "beer.jpg", "wine.jpg")
    run(dags.judged.dag)

    acting = run(dags.acted.operator.dag)

    assert pulled(acting, "act") == 2


def test_judging_again_without_results_names_the_dag_to_run_first(photos, dags):
    assert str(run(dags.judged.dag).state) == "failed"
