"""How many objects a task may change. It is checked before the first call that changes anything."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from airflow_provider_rekmedia.core.errors import ActionsFailed, InvalidArgument, TooManyObjects
from airflow_provider_rekmedia.core.verdicts.tolerance import parse_share_or_number

__all__ = ["ActionLimits", "check_failures", "parse_max_share"]


@dataclass(frozen=True, slots=True)
class ActionLimits:
    """
    The limits of one task.

    :param max_objects: Most objects; ``None`` is no limit.
    :param max_share: Most objects as a share of all images of the run, from 0 to 1; ``None`` is no limit.
    """

    max_objects: int | None = None
    max_share: Decimal | None = None

    def check(self, *, objects: int, run_images: int | None) -> None:
        """
        Refuse a plan that is too large.

        :param objects: Objects of the plan.
        :param run_images: All images of the run; ``None`` if it is not known.
        :raises TooManyObjects: The plan has more objects than a limit allows.
        :raises InvalidArgument: There is a share, but *run_images* is not known.
        """
        if self.max_objects is not None and objects > self.max_objects:
            raise TooManyObjects(
                objects=objects, images=run_images, argument="max_objects", limit=self.max_objects
            )
        if self.max_share is None:
            return
        if run_images is None:
            problem = (
                "the number of images of the run is not known; pass the XCom verdicts of the results task as "
                "verdicts, or use max_objects"
            )
            raise InvalidArgument(argument="max_share", value=f"{self.max_share:%}", problem=problem)
        if objects > self.max_share * run_images:
            share = f"{float(self.max_share):.4g}"
            raise TooManyObjects(objects=objects, images=run_images, argument="max_share", limit=share)


def parse_max_share(value: Any) -> Decimal | None:
    """
    Parse ``max_share``: ``"5%"``, or a number between 0 and 1; or no value.

    :raises InvalidArgument: The value is not a share.
    """
    limit, is_share = parse_share_or_number("max_share", value)
    if limit is not None and not is_share:
        problem = 'it must be a share of the run\'s images, such as "5%" or 0.05'
        raise InvalidArgument(argument="max_share", value=value, problem=problem)
    return limit


def check_failures(
    limit: Decimal, *, is_share: bool, text: str, denied: int, failed: int, objects: int, log: str
) -> None:
    """
    Check ``max_failed``, after everything was tried.

    :raises ActionsFailed: More actions failed than the limit allows.
    """
    most = limit * objects if is_share else limit
    if denied + failed > most:
        raise ActionsFailed(denied=denied, failed=failed, objects=objects, limit=text, log=log)
