"""The figures of a report are those that DuckDB computes from the tables; the benchmark has a million."""

from report_figures.comparison import compare_figures

IMAGES = 20_000


def test_every_figure_of_a_report_equals_that_of_the_tables(tmp_path):
    report, _, page_bytes = compare_figures(tmp_path, IMAGES)

    assert report.images.manifest == IMAGES
    assert len(report.rules) == 7
    assert page_bytes < 300_000
