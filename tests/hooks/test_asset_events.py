from collections import defaultdict
from types import SimpleNamespace

from airflow_provider_rekmedia.hooks.asset_events import tell_assets


def test_every_outlets_event_tells_what_the_run_found():
    events = defaultdict(lambda: SimpleNamespace(extra={"mine": 1}))
    tell_assets({"outlet_events": events}, ["a", "b"], {"counts": {"block": 1}})
    assert events["a"].extra == events["b"].extra == {"mine": 1, "counts": {"block": 1}}


def test_without_events_nothing_is_told():
    tell_assets({}, ["a"], {})
