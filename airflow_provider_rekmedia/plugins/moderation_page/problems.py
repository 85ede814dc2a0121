"""What the page says instead of a report."""

from http import HTTPStatus
from typing import Final

__all__ = ["Problem", "problem_of_error", "problem_of_status"]

_TEXTS: Final[dict[int, tuple[str, str]]] = {
    HTTPStatus.UNAUTHORIZED: ("Log in to see this page", "You are not logged in, or your session has ended."),
    HTTPStatus.FORBIDDEN: (
        "You may not see this Dag",
        "You need the permission to read this Dag, and its XComs or HITL details. Ask your Airflow admin.",
    ),
    HTTPStatus.NOT_FOUND: ("There is no such page", "Open the tab Moderation of a Dag run."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("This page is read-only", "It changes nothing, in Airflow or in S3."),
}


class Problem(Exception):
    """
    A report that cannot be shown.

    :param status: The HTTP status.
    :param title: What happened, in a few words.
    :param advice: What to do. It may contain untrusted text.
    """

    def __init__(self, status: int, title: str, advice: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.advice = advice


def problem_of_status(status: int) -> Problem:
    """Explain a request that Airflow or the app refused."""
    title, advice = _TEXTS.get(status, ("The page cannot be shown", f"Airflow returned HTTP {status}."))
    return Problem(status, title, advice)


def problem_of_error(error: Exception, what: str) -> Problem:
    """
    Explain an error of S3, of the connection, or of a file.

    :param what: What the page shows: ``report`` or ``review``.
    """
    return Problem(HTTPStatus.BAD_GATEWAY, f"The {what} cannot be read", str(error))
