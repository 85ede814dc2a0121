"""
Compare every figure of a report with the Parquet tables of the same run, which DuckDB reads.

    python tests/benchmarks/report.py [IMAGES]

It prints the sizes of the report. ``results.py`` measures what the report costs in time and memory.
"""

import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from report_figures.comparison import compare_figures  # noqa: E402 after the path


def main(images):
    with tempfile.TemporaryDirectory() as folder:
        report, json_bytes, html_bytes = compare_figures(Path(folder), images)
    print(f"{report.images.manifest:,} images: every figure equals that of the tables")
    print(
        f"{len(report.rules)} rules, {len(report.labels)} labels, {len(report.failures)} reasons of failures"
    )
    print(f"report.json {json_bytes:,} bytes, report.html {html_bytes:,} bytes")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1_000_000)
