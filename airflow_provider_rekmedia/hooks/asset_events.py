"""What a task tells those who wait for its assets (datasets, on Airflow 2)."""

from collections.abc import Iterable, Mapping
from typing import Any

from airflow_provider_rekmedia.airflow_compat import Asset, AssetAlias, AssetRef

__all__ = ["tell_assets"]


def tell_assets(context: Mapping[str, Any], outlets: Iterable[Any], extra: Mapping[str, Any]) -> None:
    """
    Put what a run found into the events of its outlets, for Dags that are scheduled by them.

    :param context: The task's; without ``outlet_events`` nothing is told.
    :param outlets: The operator's ``outlets``; those that are not assets have no events and are ignored.
    :param extra: JSON-serializable, small.
    """
    events = context.get("outlet_events")
    if events is None:
        return
    for outlet in outlets:
        # An outlet need not be an asset: a File is for lineage.
        if isinstance(outlet, Asset | AssetAlias | AssetRef):
            events[outlet].extra.update(extra)
