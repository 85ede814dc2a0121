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


@pytest.fixture(scope="session")
def moderated(tmp_path_factory):
    """One whole Airflow for all tests of a run."""
    from browser.moderated_airflow import moderated_airflow  # noqa: PLC0415 only some of these tests need it

    with moderated_airflow(tmp_path_factory.mktemp("moderated")) as airflow:
        yield airflow


@pytest.fixture
def page(chromium):
    """A new page; ``page.requests`` and ``page.messages`` have what it loaded and logged."""
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.set_default_timeout(90_000)  # the default, 30 s, is too short for Airflow on a busy machine
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
def sites(moderated):
    """The api-servers of the whole Airflow, by the name of the auth manager."""
    return moderated.sites


@pytest.fixture(scope="session")
def site(sites):
    """The api-server with the simple auth manager."""
    return sites["simple"]


@pytest.fixture(scope="session")
def fab(sites):
    """The api-server with FAB."""
    if "fab" not in sites:
        pytest.skip("the FAB provider is not installed")
    return sites["fab"]


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
    from playwright.sync_api import Error  # noqa: PLC0415 only these tests need it

    try:
        return frame.evaluate("window.XSS") is not None
    except Error:
        if frame.is_detached():
            return False
        frame.page.wait_for_timeout(1000)
        return frame.evaluate("window.XSS") is not None


@pytest.fixture(scope="module")
def question():
    """Airflow's question, made up."""
    from browser.review_server import FakeQuestion  # noqa: PLC0415 it needs Airflow 3.1

    return FakeQuestion()


@pytest.fixture(scope="module")
def review_site(airflow_database, question):
    """The app of the plugin, with the question beside it, on a port."""
    from browser.review_server import serving  # noqa: PLC0415 it needs Airflow 3.1
    from plugins.moderation_page.mounted_page import mounted_page  # noqa: PLC0415 as above

    with mounted_page() as page:
        question.mount(page.app)
        with serving(page.app) as url:
            page.url = url
            yield page


@pytest.fixture
def metadata(airflow_database):
    """Rows of Airflow's database."""
    from plugins.moderation_page.metadata import Metadata  # noqa: PLC0415 it needs Airflow 3.1

    with Metadata() as rows:
        yield rows


@pytest.fixture
def review(review_site, question, metadata, aws, page):
    """Open a review with these images in the browser."""
    from plugins.moderation_page.review.queues import fields_of, hold, put_queue  # noqa: PLC0415 as above

    from airflow_provider_rekmedia.plugins.moderation_page.review import stored_review  # noqa: PLC0415

    question.reset()
    stored_review._read.cache_clear()
    s3 = aws.client("s3")

    def open_review(items, *, user="night", assigned=None, held=(), images=True):
        uri, page.checksum = put_queue(s3, items, images=images)
        for key in held:
            hold(s3, key)
        metadata.add_run("night", "manual__1")
        page.ti_id = metadata.add_review(
            "night", "manual__1", "review", map_index=0, fields=fields_of(uri), assigned=assigned
        )
        page.context.add_cookies(
            [{"name": "_token", "value": review_site.tokens[user], "url": review_site.url}]
        )
        page.goto(f"{review_site.url}/rekmedia/dags/night/runs/manual__1/tasks/review/0/review")
        page.locator(".card").first.wait_for()
        page.locator(".card:focus").wait_for()
        return page

    yield open_review
    refused = [text for text in page.messages if "Content Security Policy" in text or "violates" in text]
    assert refused == []
    assert page.evaluate("window.XSS") is None
