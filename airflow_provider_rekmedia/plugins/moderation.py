"""
Registers the Moderation page with Airflow 3.1 and newer.

Every Airflow process imports this module, so it imports nothing heavy. Only the api-server loads the page.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from airflow import __version__
from airflow.plugins_manager import AirflowPlugin

from .moderation_page import RESULTS_OPERATOR, REVIEW_OPERATOR

__all__ = ["ModerationPlugin", "plugin"]

_PREFIX: Final = "/rekmedia"
_FIRST_RELEASE: Final = (3, 1)

# Airflow replaces the names in braces. Without a leading slash, a link is relative to Airflow's base URL,
# which may have a path. The ids are in the path, because Airflow 3.1 does not encode them for a query.
_RUN: Final = "rekmedia/dags/{DAG_ID}/runs/{RUN_ID}"
_VIEWS: Final[list[dict[str, Any]]] = [
    {
        "name": "Moderation",
        "href": "rekmedia/reports",
        "destination": "nav",
        "category": "browse",
        "url_route": "rekmedia_moderation",
    },
    {
        "name": "Moderation",
        "href": _RUN,
        "destination": "dag_run",
        "url_route": "rekmedia_run",
    },
    {
        "name": "Report",
        "href": f"{_RUN}/tasks/{{TASK_ID}}/{{MAP_INDEX}}",
        "destination": "task_instance",
        "url_route": "rekmedia_report",
        "applies_to": {"operator": [RESULTS_OPERATOR]},  # Airflow 3.4; before, every task has the tab
    },
    {
        "name": "Review",
        "href": f"{_RUN}/tasks/{{TASK_ID}}/{{MAP_INDEX}}/review",
        "destination": "task_instance",
        "url_route": "rekmedia_review",
        "applies_to": {"operator": [REVIEW_OPERATOR]},
    },
]


class ModerationPlugin(AirflowPlugin):
    """Tabs *Moderation* of Dag runs, *Report* and *Review* of tasks, and *Moderation* under *Browse*."""

    name = "rekmedia"
    external_views = _VIEWS

    if not TYPE_CHECKING:  # the base class has a list, which would load the page in every process

        @cached_property
        def fastapi_apps(self) -> list[dict[str, Any]]:
            """The page, loaded when the api-server reads this property."""
            from .moderation_page.app import create_app  # noqa: PLC0415 it loads FastAPI

            return [{"app": create_app(), "url_prefix": _PREFIX, "name": "rekmedia"}]


def _is_supported(release: str) -> bool:
    """Whether this release of Airflow has tabs of plugins."""
    return tuple(int(part) for part in release.split(".")[:2]) >= _FIRST_RELEASE


#: What the entry point names. Airflow ignores ``None`` without a message.
plugin = ModerationPlugin if _is_supported(__version__) else None
