"""Airflow's operator that waits for a person, or a stand-in where Airflow has none."""

import re
from typing import Any, Final

from airflow import __version__

from airflow_provider_rekmedia.core.errors import ReviewUnavailable

__all__ = ["HAS_HUMAN_INPUT", "HumanInputOperator", "UnavailableOperator"]

_FIRST_VERSION: Final = [3, 1]


class UnavailableOperator:
    """Raise an error that says what is needed; the import of a Dag's module works."""

    template_fields: tuple[str, ...] = ("subject", "body")

    def __init__(self, **_: Any) -> None:
        raise ReviewUnavailable(airflow=__version__)

    @classmethod
    def partial(cls, **_: Any) -> Any:
        """Raise the same error for a mapped task."""
        raise ReviewUnavailable(airflow=__version__)


def _find_operator() -> Any:
    """Return Airflow's operator. Before Airflow 3.1, the provider lacks it, or its import raises."""
    if [int(part) for part in re.findall(r"\d+", __version__)[:2]] < _FIRST_VERSION:
        return UnavailableOperator
    try:
        from airflow.providers.standard.operators.hitl import HITLOperator  # noqa: PLC0415 see above
    except ImportError:
        return UnavailableOperator
    return HITLOperator


HumanInputOperator: Any = _find_operator()
HAS_HUMAN_INPUT: Final[bool] = HumanInputOperator is not UnavailableOperator
