"""Compares every figure of a ``report.json`` with the tables of the same run."""

from report_figures.made_run import POLICY, process_run
from report_figures.table_figures import TableFigures

from airflow_provider_rekmedia.core.report.report_file import decode_report
from airflow_provider_rekmedia.core.report.rule_histogram import PERCENTS, VerdictCounts, what_if


def compare_figures(folder, images):
    """
    Process a run of this many images, and compare its report with its tables.

    :return: The report, and the sizes of its two files in bytes.
    """
    written, objects = process_run(folder, images)
    body, page = objects[str(written.uris.json)], objects[str(written.uris.html)]
    report = decode_report(body, str(written.uris.json))
    tables = TableFigures(folder, POLICY)
    _compare_counts(report, tables)
    _compare_rules(report, tables)
    for changed in ("block", "review"):
        _compare_what_if(report, tables, changed)
    return report, len(body), len(page)


def _compare_counts(report, tables):
    images, failures = report.images, tables.failures()
    verdicts = tables.verdicts()
    assert {"allow": images.allow, "review": images.review, "block": images.block} == verdicts
    assert images.unaccounted == failures["UNACCOUNTED"] > 0
    assert images.failed == sum(failures.values()) - images.unaccounted > 0
    assert {failure.code: failure.images for failure in report.failures} == failures
    ranked = [label.images for label in report.labels]
    assert ranked == sorted(ranked, reverse=True)
    assert {label.name: label.images for label in report.labels} == dict(tables.labels())
    assert report.other_labels == 0
    groups = {(group.rule, group.verdict.value): group.images for group in report.deciding_rules}
    assert groups == tables.deciding_rules()


def _compare_rules(report, tables):
    assert {rule.rule for rule in report.rules} == {
        rule for (rule,) in tables.rows("SELECT rule FROM matches")
    }
    for rule in report.rules:
        assert list(rule.images_by_bin) == tables.histogram(rule.rule, rule.edges)


def _compare_what_if(report, tables, changed):
    images = report.images
    current = VerdictCounts(images.allow, images.review, images.block)
    expected = tables.what_if(changed)
    for rule in report.rules:
        others = tables.verdicts(without_rule=rule.rule)
        for percent in PERCENTS:
            found = what_if(rule, current, **{"block": rule.block, "review": rule.review, changed: percent})
            matched = expected[rule.rule, percent]
            counts = [
                images + others.get(verdict, 0)
                for verdict, images in zip(("allow", "review", "block"), matched, strict=True)
            ]
            assert found == VerdictCounts(*counts), (rule.rule, changed, percent)
