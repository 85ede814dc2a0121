"""
Run the demo, and take the screenshots of the README and the docs with a real Chromium.

    python tests/browser/screenshots.py FOLDER

``make screenshots`` writes them to ``docs/images``. To add a picture, add a line to ``SHOTS``.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from airflow_provider_rekmedia.demo.bucket import download_bucket
from airflow_provider_rekmedia.demo.local_airflow.state_changes import iter_state_changes
from airflow_provider_rekmedia.demo.local_airflow.waiting import wait_until
from airflow_provider_rekmedia.demo.progress_log import ProgressLog
from airflow_provider_rekmedia.demo.sandbox import BUCKET, DAG_ID, running_sandbox
from airflow_provider_rekmedia.demo.waiting_review import REVIEW_DAG_ID, WaitingReview

MAX_BYTES = 200_000
TIMEOUT_S = 300.0
#: An answer within a second of the question can fail the task: a known race of Airflow.
RACE_S = 3


@dataclass(frozen=True)
class Night:
    """
    The demo after one run, and with a run that waits for a person.

    :param airflow: The url of Airflow.
    :param run_id: The run of the nightly Dag.
    :param report: The file of its report.
    :param review: The run that waits, and *review_page* its page.
    """

    airflow: str
    run_id: str
    report: Path
    review: WaitingReview
    review_page: str


@dataclass(frozen=True)
class Shot:
    """
    One picture.

    :param name: The name of its file, without ``.png``.
    :param width: The width of the window in pixels; *height* likewise.
    :param open: Opens what is shown: it gets the page and the :class:`Night`.
    :param scheme: ``light`` or ``dark``.
    """

    name: str
    width: int
    height: int
    open: Callable
    scheme: str = "light"


def open_report(page, night):
    page.goto(night.report.as_uri())


def open_what_if(page, night):
    page.goto(night.report.as_uri())
    rule = page.locator(".rule").first
    slider = rule.locator("input[type=range]").first
    slider.focus()
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    rule.evaluate("rule => window.scrollTo(0, rule.getBoundingClientRect().top + window.scrollY - 120)")


def open_graph(page, night):
    open_graph_of(page, f"{night.airflow}/dags/{DAG_ID}/runs/{night.run_id}")


def open_graph_of(page, run_url):
    page.goto(run_url)
    page.locator("button[value=graph]").first.click()
    page.locator(".react-flow__node").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(3_000)  # the graph is laid out and zoomed in steps


def open_moderation_tab(page, night):
    page.goto(f"{night.airflow}/dags/{DAG_ID}/runs/{night.run_id}")
    page.get_by_role("link", name="Moderation", exact=True).last.click()
    tab = page.frame_locator("iframe[title=Moderation]")
    tab.frame_locator("iframe[title='Report of results']").get_by_role("heading", level=1).wait_for()
    page.wait_for_timeout(1_000)  # the frame fades in


def decide(page, night, keys):
    page.goto(night.review_page)
    page.locator(".card:focus").wait_for()
    for key in keys:
        page.keyboard.press(key)


def wait_for_previews(page):
    page.wait_for_load_state("networkidle")
    page.locator(".full.loaded").first.wait_for()
    page.wait_for_timeout(500)  # the picture fades in


def open_review_grid(page, night):
    decide(page, night, "aabasaab")
    page.keyboard.press("Space")
    wait_for_previews(page)


def open_large_view(page, night):
    decide(page, night, "aabasaab")
    page.keyboard.press("Enter")
    wait_for_previews(page)


def open_submitted_review(page, night):
    decide(page, night, "aabasaabab")
    page.keyboard.press("r")
    page.locator("#ask-yes").click()
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Submit", exact=True).click()
    page.get_by_text("Submitted.").wait_for()
    page.wait_for_load_state("networkidle")


def open_reviewed_run(page, night):
    for task in iter_state_changes(night.review.airflow, night.review.run, timeout_s=TIMEOUT_S):
        assert task.state != "failed", night.review.airflow.task_log(night.review.run, task)
    open_graph_of(page, night.review.run_url)
    page.get_by_role("button", name="Expand all task groups").click()
    page.wait_for_timeout(3_000)  # as above


SHOTS = (
    Shot("report", 1100, 1000, open_report),
    Shot("report-what-if", 1100, 760, open_what_if, scheme="dark"),
    Shot("dag-run", 1280, 800, open_graph),
    Shot("moderation-tab", 1280, 900, open_moderation_tab),
    Shot("review-grid", 1280, 860, open_review_grid),
    Shot("review-large", 1280, 800, open_large_view),
    Shot("review-submitted", 1280, 860, open_submitted_review),  # the shots after it show the answer
    Shot("review-run", 1280, 800, open_reviewed_run),
)


def take_shots(night, folder, progress):
    chromium = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    assert chromium, "install Chromium, or set CHROMIUM to its command"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for shot in SHOTS:
            size = {"width": shot.width, "height": shot.height}
            context = browser.new_context(viewport=size, color_scheme=shot.scheme)
            page = context.new_page()
            page.set_default_timeout(TIMEOUT_S * 1_000)
            shot.open(page, night)
            file = folder / f"{shot.name}.png"
            page.screenshot(path=file, animations="disabled")
            context.close()
            size_bytes = file.stat().st_size
            progress.write("screenshot", f"{file}: {size_bytes:,} bytes")
            assert size_bytes < MAX_BYTES, f"{file} is larger than {MAX_BYTES:,} bytes"
        browser.close()


def wait_for_review(airflow):
    """Return the run that waits for a person, and the URL of its review page."""
    airflow.wait_until_ready(REVIEW_DAG_ID)
    review = WaitingReview.start(airflow)
    wait_until(lambda: review.find_page() is not None, what="the review", timeout_s=TIMEOUT_S)
    time.sleep(RACE_S)
    return review, review.find_page()


def main(folder):
    progress = ProgressLog()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as local, running_sandbox(Path(local) / "demo", progress) as sandbox:
        run = sandbox.trigger_nightly_dag()
        for task in iter_state_changes(sandbox.airflow, run, timeout_s=TIMEOUT_S):
            assert task.state != "failed", sandbox.airflow.task_log(run, task)
        download_bucket(sandbox.s3, BUCKET, Path(local) / BUCKET)
        (report,) = (Path(local) / BUCKET / "moderation").rglob("latest.html")
        review, review_page = wait_for_review(sandbox.airflow)
        take_shots(Night(sandbox.airflow.url, run.run_id, report, review, review_page), folder, progress)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
