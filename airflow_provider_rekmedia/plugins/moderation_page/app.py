"""Creates the app: its routes, and a readable page for each error."""

from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from airflow_provider_rekmedia.core.errors import RekmediaError

from .pages import login_path, render_problem
from .problems import Problem, problem_of_error, problem_of_status
from .review.routes import REVIEW, review_router, show_review
from .routes import router

__all__ = ["create_app"]


def create_app() -> FastAPI:
    """Create the app. It has no documentation of its own, because Airflow would serve that to everyone."""
    app = FastAPI(title="Moderation", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(router)
    app.include_router(review_router)
    app.add_exception_handler(HTTPException, _show_refusal)
    app.add_exception_handler(Problem, _show_problem)
    app.add_exception_handler(RekmediaError, _show_error)
    return app


def _show_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 registered for this class only
    if error.status_code == HTTPStatus.UNAUTHORIZED and request.scope.get("endpoint") is show_review:
        # Links in mails lead here, often without a login.
        return RedirectResponse(login_path(request), HTTPStatus.TEMPORARY_REDIRECT)
    return render_problem(request, problem_of_status(error.status_code))


def _show_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 registered for this class only
    return render_problem(request, error)


def _show_error(request: Request, error: Exception) -> Response:
    what = "review" if getattr(request.scope.get("route"), "path", "").startswith(REVIEW) else "report"
    return render_problem(request, problem_of_error(error, what))
