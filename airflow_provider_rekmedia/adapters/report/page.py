"""
Renders a report as one HTML file without any request: no image, no font, no script from elsewhere.

Every text of the report is untrusted. Jinja2 escapes it, and the Content Security Policy of the page allows
only its own style and script, by their hashes. The script gets numbers only, in escaped attributes.
"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from airflow_provider_rekmedia.core.report.report_file import Report
from airflow_provider_rekmedia.core.report.report_page import PageContent, page_content
from airflow_provider_rekmedia.core.untrusted_text import show_text

__all__ = ["MAX_PAGE_BYTES", "content_security_policy", "render_report"]

#: The largest page. Most mail systems and S3 previews show it.
MAX_PAGE_BYTES: Final = 300_000
#: How many rules and labels the page shows. Fewer are shown if the page would be too large.
_SIZES: Final = ((20, 30), (10, 30), (5, 20), (2, 10), (0, 0))
_MAX_TEXT: Final = 120
_LEAST_PCT: Final = 0.01


def render_report(report: Report) -> bytes:
    """
    Render the page.

    :return: HTML, UTF-8, at most :data:`MAX_PAGE_BYTES`.
    """
    page = b""
    for rules, labels in _SIZES:
        page = _render(page_content(report, max_rules=rules, max_labels=labels))
        if len(page) <= MAX_PAGE_BYTES:
            break
    return page


@cache
def content_security_policy() -> str:
    """
    Return the policy of the page, for a server that sends the page with the same header.

    A server that shows the page inside another one also sends ``sandbox allow-scripts``: the page then has an
    origin of its own, and no cookies.
    """
    return (
        f"default-src 'none'; style-src {_hash_of('report.css')}; script-src {_hash_of('what_if.js')}; "
        "base-uri 'none'; form-action 'none'"
    )


def _render(content: PageContent) -> bytes:
    environment = _environment()
    html = environment.get_template("report.html.j2").render(
        page=content,
        policy=content_security_policy(),
        style=Markup(_source("report.css")),  # noqa: S704 our own file
        script=Markup(_source("what_if.js")),  # noqa: S704 our own file
    )
    return html.encode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__ or "", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_show,
    )
    environment.filters |= {
        "decimals": _decimals,
        "list_text": _list_text,
        "n": _number,
        "numbers": _numbers,
        "path": _path,
        "pct": _pct,
        "points": _points,
        "threshold": _threshold,
        "time": _time,
        "two": _two,
        "usd": _usd,
    }
    return environment


@cache
def _source(name: str) -> str:
    environment = _environment()
    loader = environment.loader
    assert loader is not None  # noqa: S101 it is set above
    return loader.get_source(environment, name)[0]


def _hash_of(name: str) -> str:
    digest = hashlib.sha256(_source(name).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _show(value: Any) -> Any:
    """Escape unprintable characters, such as those that reverse the direction of text."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return show_text(value, _MAX_TEXT)
    return value


def _number(value: int) -> str:
    return f"{value:,}"


def _pct(value: float) -> str:
    """Format a share; one that is not 0 is never shown as 0."""
    return "< 0.01 %" if 0 < value < _LEAST_PCT else f"{value:.2f} %"


def _threshold(value: float | None) -> str:
    """Format a threshold as a policy has it."""
    return "never" if value is None else f"{value:g} %"


def _points(value: float) -> str:
    return f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")


def _usd(value: float) -> str:
    return f"${value:,.2f}"


def _time(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _decimals(value: float) -> str:
    return f"{value:.4f}"


def _two(value: float) -> str:
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")


def _numbers(values: Sequence[float]) -> Markup:
    """Write numbers for the script. They are not shortened, unlike text."""
    return Markup(",".join(f"{value:.15g}" for value in values))  # noqa: S704 digits only


def _path(ours: str) -> Markup:
    """Write long text of our own: the path of a chart, or the policy of the page."""
    return escape(ours)


def _list_text(values: Sequence[str]) -> Markup:
    return escape(", ".join(show_text(value, _MAX_TEXT) for value in values))
