"""One Chromium for all tests of a run, and a page that notes what it loads, logs and refuses."""

import os
import shutil
from importlib.metadata import version
from urllib.parse import urlsplit

import pytest

if version("apache-airflow").split(".")[:2] < ["3", "1"]:
    collect_ignore_glob = ["test_review*.py"]  # there is no review page

#: Chromium makes calls of its own without these.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def chromium():
    """The Chromium of the machine: the tests download none."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 only these tests need it

    path = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    assert path, "install Chromium, or set CHROMIUM to its command"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium):
    """A new page; ``page.requests`` and ``page.messages`` have what it loaded and logged."""
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.requests, page.messages = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("console", lambda message: page.messages.append(message.text))
    page.on("pageerror", lambda error: page.messages.append(str(error)))
    yield page
    context.close()


@pytest.fixture
def contrast():
    """Return the lowest contrast of text colors on backgrounds; both are names of CSS variables."""

    def lowest(page, texts, backgrounds):
        return page.evaluate(
            """([texts, backgrounds]) => {
              const style = getComputedStyle(document.documentElement);
              const luminance = (name) => {
                const hex = style.getPropertyValue(name).trim().slice(1);
                const parts = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
                const linear = parts.map((part) =>
                  part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
                return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
              };
              const ratio = (one, two) => {
                const [low, high] = [luminance(one), luminance(two)].sort((a, b) => a - b);
                return (high + 0.05) / (low + 0.05);
              };
              return Math.min(...texts.flatMap((one) => backgrounds.map((two) => ratio(one, two))));
            }""",
            [texts, backgrounds],
        )

    return lowest


@pytest.fixture(scope="session")
def sites(tmp_path_factory):
    """A whole Airflow with logins, by the name of the auth manager; one for all tests of a run."""
    from browser.moderated_airflow import moderated_airflow  # noqa: PLC0415 it imports the demo

    with moderated_airflow(tmp_path_factory.mktemp("moderated")) as sites:
        yield sites


@pytest.fixture(scope="session")
def site(sites):
    """The api-server with the simple auth manager."""
    return sites["simple"]


@pytest.fixture
def log_in(page):
    """Log a user in, as Airflow's cookie does, and open a path of Airflow."""

    def open_as(user, path, site):
        host = urlsplit(site.url)
        token = site.token_of(user)
        page.context.add_cookies(
            [{"name": "_token", "value": token, "domain": host.hostname, "path": "/airflow/"}]
        )
        page.goto(f"{site.url}{path}")
        return page

    yield open_as
    refused = [text for text in page.messages if "Content Security Policy" in text or "violates" in text]
    assert refused == []
    assert not any(has_executed(frame) for frame in page.frames)


def has_executed(frame):
    """Whether hostile text ran in a frame; a frame that Airflow has just replaced has no window left."""
    from playwright.sync_api import Error  # noqa: PLC0415 as in conftest

    try:
        return frame.evaluate("window.XSS") is not None
    except Error:
        if frame.is_detached():
            return False
        frame.page.wait_for_timeout(1000)
        return frame.evaluate("window.XSS") is not None
