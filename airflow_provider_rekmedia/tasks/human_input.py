"""Airflow's operator that waits for a person, or a stand-in where Airflow has none."""

from typing import Any

from airflow import __version__

from airflow_provider_rekmedia.airflow_compat import AirflowException
from airflow_provider_rekmedia.core.errors import ReviewUnavailable

__all__ = ["HAS_HUMAN_INPUT", "HumanInputOperator"]

try:
    from airflow.providers.standard.operators.hitl import HITLOperator as HumanInputOperator

    HAS_HUMAN_INPUT = True
# On Airflow 2.11 and 3.0, the module is absent, or its import says that it needs Airflow 3.1.
except (ImportError, AirflowException):
    HAS_HUMAN_INPUT = False

    class HumanInputOperator:  # type: ignore[no-redef]
        """Raise an error that says what is needed; the import of a Dag's module works."""

        template_fields: tuple[str, ...] = ("subject", "body")

        def __init__(self, **_: Any) -> None:
            raise ReviewUnavailable(airflow=__version__)

        @classmethod
        def partial(cls, **_: Any) -> Any:
            """Raise the same error for a mapped task."""
            raise ReviewUnavailable(airflow=__version__)
