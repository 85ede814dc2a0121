import pytest

from airflow_provider_rekmedia.core.results.image_result import Detection, ImageResult, ModerationLabel
from airflow_provider_rekmedia.core.results.outcomes import ImageFailure, Outcomes
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.policy import ANY_LABEL, verdicts
from airflow_provider_rekmedia.core.verdicts.tally import Tally
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictFileSet
from airflow_provider_rekmedia.services.results.run_log import WrittenFiles, log_run

FILE = "s3://photos/verdicts/0-00000.jsonl.gz"


def tally_of(images, *, failures=0, max_items=100):
    results = [
        ImageResult(f"s3://photos/{n}.jpg", Detection((ModerationLabel("Pills", 90 + n / 10),)))
        for n in range(images)
    ]
    failed = [ImageFailure(f"s3://photos/f{n}.jpg", "InvalidImage", "no\nimage") for n in range(failures)]
    tally = Tally(max_items, 10_000)
    tally.add(Outcomes(results, failed), verdicts(results, ANY_LABEL))
    return tally


def files(**changes):
    told = {
        "results_uris": ["s3://photos/r.jsonl"],
        "summary_uris": ["s3://photos/s.json"],
        "verdicts": VerdictFileSet(uris=(FILE,), images=12),
        "tables": ["s3://photos/tables/images", "s3://photos/tables/labels"],
        "ledger": S3Uri("photos", "ledger/"),
    }
    return WrittenFiles(**told | changes)


@pytest.fixture
def logged(caplog):
    caplog.set_level("INFO")

    def log(tally, written=None, *, billed=0, unnamed=0):
        log_run(tally, written or files(), billed=billed, unnamed=unnamed)
        return {
            level: [record.getMessage() for record in caplog.records if record.levelname == level]
            for level in ("INFO", "WARNING")
        }

    return log


def test_the_ten_worst_images_are_logged_with_rule_and_confidence(logged):
    lines = [line for line in logged(tally_of(12, failures=1))["INFO"] if "by the rule" in line]

    assert lines[0] == "review by the rule default, 91.1 %: s3://photos/11.jpg"
    assert len(lines) == 10


def test_the_cost_is_logged(logged):
    (line,) = [line for line in logged(tally_of(1), billed=25_000)["INFO"] if line.startswith("Cost")]

    assert "the analysis of 25000 images is about 25.00 US dollars" in line


def test_every_place_of_a_file_is_logged(logged):
    text = "\n".join(logged(tally_of(1))["INFO"])

    assert f"Verdict files of 12 images: {FILE}" in text
    assert "Tables: s3://photos/tables/images, s3://photos/tables/labels" in text
    assert "Ledger: s3://photos/ledger/" in text
    assert "Results: s3://photos/r.jsonl" in text


def test_each_list_that_is_cut_is_a_warning_that_names_the_file(logged):
    warnings = logged(tally_of(3, failures=2, max_items=1))["WARNING"]

    cut = [line for line in warnings if "is cut" in line]
    assert cut == [
        f"The XCom flagged is cut: 4 items are not in it. All of them are in {FILE}",
        "The XCom errors is cut: 1 items are not in it. All of them are in the summaries s3://photos/s.json",
    ]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"verdicts": None}, "in the tables s3://photos/tables/images"),
        ({"verdicts": None, "tables": []}, "set verdicts to write one"),
    ],
)
def test_without_verdict_files_the_warning_names_what_there_is(logged, changes, place):
    assert place in "\n".join(logged(tally_of(3, max_items=1), files(**changes))["WARNING"])


def test_a_list_that_is_whole_is_no_warning(logged):
    assert not logged(tally_of(3))["WARNING"]


def test_images_without_a_name_are_a_warning(logged):
    (line,) = logged(tally_of(1), unnamed=7)["WARNING"]

    assert line.startswith("7 images are not allowed")


def test_failed_images_are_logged_escaped_and_the_others_counted(logged):
    warnings = logged(tally_of(0, failures=12))["WARNING"]

    assert warnings[0] == r"Not analyzed: s3://photos/f0.jpg (InvalidImage: no\nimage)"
    assert warnings[10] == "Not analyzed: 2 more errors, see the XCom errors"
    assert len(warnings) == 11
