"""The overview of a run is complete and readable."""

import pytest

from airflow_provider_rekmedia.demo.local_airflow.rest_api import TaskRun
from airflow_provider_rekmedia.demo.run_overview import RunOverview

OVERVIEW = RunOverview(
    skipped={"not_jpeg_or_png": 2, "modified_after_window": 1},
    counts={"images": 20, "analyzed": 15, "review": 3, "block": 1, "failed": 4, "unaccounted": 1},
    label_counts={"Drugs & Tobacco": 4, "Products": 3, "Pills": 3, "Smoking": 1},
    errors=[
        {"uri": f"s3://photos/uploads/{name}.jpg", "code": code, "message": f"because of {code}"}
        for name, code in [
            ("a", "Blurred"),
            ("b", "Missing"),
            ("c", "Missing"),
            ("d", "Missing"),
            ("e", "Missing"),
        ]
    ],
    tasks=[
        TaskRun("late", -1, "success", "2026-01-02T00:00:05Z", 1.5, 1),
        TaskRun("early", 0, "success", "2026-01-02T00:00:01Z", 2.0, 1),
        TaskRun("never", -1, None, None, None, 0),
    ],
    billed=15,
    report={"headline": "4 of 20 images need a person.", "html": "s3://photos/report/run/report.html"},
)


@pytest.fixture(scope="module")
def text():
    return "\n".join(OVERVIEW.iter_lines())


def test_skipped_files_are_counted_with_the_reason(text):
    assert "   23  files under the prefix" in text
    assert "    3  not for this night: 2 not jpeg or png, 1 modified after window" in text


def test_verdicts_are_counted(text):
    assert "   15    analyzed: 1 to block, 3 to review" in text


def test_lost_images_are_counted(text):
    assert "    1    lost" in text


def test_labels_are_below_their_parents_and_labels_without_parent_are_kept(text):
    lines = [line.rstrip() for line in text.splitlines()]

    start = lines.index("      4  Drugs & Tobacco")
    assert lines[start + 1 : start + 3] == ["      3    Products", "      3      Pills"]
    assert "      1  Smoking" in lines


def test_errors_are_grouped_by_code_with_the_first_file_names(text):
    assert "    4  Missing: because of Missing\n         b.jpg, c.jpg, d.jpg, …" in text
    assert "    1  Blurred: because of Blurred\n         a.jpg\n" in text


def test_tasks_are_in_order_of_their_start_and_a_task_that_did_not_start_is_listed(text):
    tasks = [line.split()[0] for line in text.partition("Tasks\n")[2].splitlines()]

    assert tasks == ["never", "early[0]", "late"]


def test_the_report_is_named_with_its_headline(text):
    assert "Report\n  4 of 20 images need a person.\n  s3://photos/report/run/report.html" in text
