"""One Chromium for all tests of a run, and a page that notes what it loads, logs and refuses."""

import os
import shutil

import pytest

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
