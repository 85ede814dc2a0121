from importlib.metadata import version

import pytest
from airflow.providers.common.compat.lineage.entities import File

from airflow_provider_rekmedia.airflow_compat import Asset, AssetAlias
from airflow_provider_rekmedia.tasks.asset_events import update_asset_events

if version("apache-airflow") >= "3":
    from airflow.sdk.execution_time.context import OutletEventAccessors
else:
    from airflow.utils.context import OutletEventAccessors

FOUND = {"counts": {"block": 1}}


def test_every_asset_event_has_the_summary():
    events = OutletEventAccessors()
    outlets = [Asset("s3://photos/verdicts/"), AssetAlias("verdicts")]
    events[outlets[0]].extra["mine"] = 1

    update_asset_events({"outlet_events": events}, outlets, FOUND)

    assert events[outlets[0]].extra == {"mine": 1} | FOUND
    assert events[outlets[1]].extra == FOUND


@pytest.mark.skipif(version("apache-airflow") < "3", reason="Airflow 2 has no references to assets")
def test_an_asset_reference_has_an_event(monkeypatch):
    asset = Asset(name="verdicts", uri="s3://photos/verdicts/")
    monkeypatch.setattr(OutletEventAccessors, "_get_asset_from_db", staticmethod(lambda **_: asset))
    events = OutletEventAccessors()

    update_asset_events({"outlet_events": events}, [Asset.ref(name="verdicts")], FOUND)

    assert events[asset].extra == FOUND


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("other", [File(url="s3://photos/verdicts/"), File(url="s3://photos/überall/"), 5])
def test_an_outlet_that_is_not_an_asset_is_skipped(other, before):
    events = OutletEventAccessors()
    asset = Asset("s3://photos/verdicts/")

    update_asset_events({"outlet_events": events}, [other, asset] if before else [asset, other], FOUND)

    assert events[asset].extra == FOUND


def test_without_outlet_events_nothing_is_written():
    update_asset_events({}, [Asset("s3://photos/verdicts/")], {})


def test_errors_of_airflow_are_not_hidden():
    class Broken:
        def __getitem__(self, outlet):
            raise TypeError

    with pytest.raises(TypeError):
        update_asset_events({"outlet_events": Broken()}, [Asset("s3://photos/verdicts/")], FOUND)
