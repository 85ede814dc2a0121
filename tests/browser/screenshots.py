"""
Run the demo, and take the screenshots of the README and the docs with a real Chromium.

    python tests/browser/screenshots.py FOLDER

``make screenshots`` writes them to ``docs/images``. To add a picture, add a line to ``SHOTS``.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from airflow_provider_rekmedia.demo.bucket import download_bucket
from airflow_provider_rekmedia.demo.local_airflow.state_changes import iter_state_changes
from airflow_provider_rekmedia.demo.progress_log import ProgressLog
from airflow_provider_rekmedia.demo.sandbox import BUCKET, DAG_ID, running_sandbox

MAX_BYTES = 200_000
TIMEOUT_S = 300.0


@dataclass(frozen=True)
class Night:
    """
    The demo after one run.

    :param airflow: The url of Airflow.
    :param run_id: The run of the nightly Dag.
    :param report: The file of its report.
    """

    airflow: str
    run_id: str
    report: Path


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
    page.goto(f"{night.airflow}/dags/{DAG_ID}/runs/{night.run_id}")
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


SHOTS = (
    Shot("report", 1100, 1000, open_report),
    Shot("report-what-if", 1100, 760, open_what_if, scheme="dark"),
    Shot("dag-run", 1280, 800, open_graph),
    Shot("moderation-tab", 1280, 900, open_moderation_tab),
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


def main(folder):
    progress = ProgressLog()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as local, running_sandbox(Path(local) / "demo", progress) as sandbox:
        run = sandbox.trigger_nightly_dag()
        for task in iter_state_changes(sandbox.airflow, run, timeout_s=TIMEOUT_S):
            assert task.state != "failed", sandbox.airflow.task_log(run, task)
        download_bucket(sandbox.s3, BUCKET, Path(local) / BUCKET)
        (report,) = (Path(local) / BUCKET).rglob("latest.html")
        take_shots(Night(sandbox.airflow.url, run.run_id, report), folder, progress)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
