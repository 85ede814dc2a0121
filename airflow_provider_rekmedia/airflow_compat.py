"""
The names of Airflow that moved between releases, each from where the installed release has it.

Everything else in the package imports them from here. ``airflow.providers.common.compat.sdk`` does the same,
but the constraints of Airflow 2.11.0 and 3.0.6 pin releases of it that lack some of these names, or all.
"""

try:  # Airflow 3
    from airflow.sdk import DAG, Asset, AssetAlias, Context, PokeReturnValue, TaskGroup, XComArg, task
    from airflow.sdk.definitions.asset import AssetRef
    from airflow.sdk.execution_time.lazy_sequence import LazyXComSequence
    from airflow.sdk.execution_time.xcom import XCom
except ImportError:  # Airflow 2.11
    from airflow.datasets import Dataset as Asset
    from airflow.datasets import Dataset as AssetRef  # there are no references to assets yet
    from airflow.datasets import DatasetAlias as AssetAlias
    from airflow.decorators import task
    from airflow.models.dag import DAG
    from airflow.models.xcom import LazyXComSelectSequence as LazyXComSequence  # type: ignore[assignment]
    from airflow.models.xcom import XCom
    from airflow.models.xcom_arg import XComArg
    from airflow.sensors.base import PokeReturnValue
    from airflow.utils.context import Context
    from airflow.utils.task_group import TaskGroup

try:  # Airflow 3.2
    from airflow.sdk.configuration import conf
    from airflow.sdk.exceptions import (
        AirflowException,
        AirflowFailException,
        AirflowNotFoundException,
        AirflowSensorTimeout,
        AirflowSkipException,
        TaskDeferred,
        XComNotFound,
    )
    from airflow.sdk.observability.stats import Stats
except ImportError:  # Airflow 2.11, 3.0 and 3.1
    from airflow.configuration import conf
    from airflow.exceptions import (
        AirflowException,
        AirflowFailException,
        AirflowNotFoundException,
        AirflowSensorTimeout,
        AirflowSkipException,
        TaskDeferred,
        XComNotFound,
    )
    from airflow.stats import Stats

__all__ = [
    "DAG",
    "AirflowException",
    "AirflowFailException",
    "AirflowNotFoundException",
    "AirflowSensorTimeout",
    "AirflowSkipException",
    "Asset",
    "AssetAlias",
    "AssetRef",
    "Context",
    "LazyXComSequence",
    "PokeReturnValue",
    "Stats",
    "TaskDeferred",
    "TaskGroup",
    "XCom",
    "XComArg",
    "XComNotFound",
    "conf",
    "task",
]
