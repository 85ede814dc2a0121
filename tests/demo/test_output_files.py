"""The list of files has each kind of file that the run wrote."""

from airflow_provider_rekmedia.demo.output_files import iter_output_lines, shorten_path


def test_a_file_is_listed_with_its_description(tmp_path):
    results = tmp_path / "photos/moderation/jobs/1f2e-results.jsonl"
    results.parent.mkdir(parents=True)
    results.touch()

    lines = list(iter_output_lines(tmp_path))

    start = lines.index("  the results: one analyzed image per line")
    assert lines[start + 1] == "    moderation/jobs/1f2e-results.jsonl"
    assert not [line for line in lines if "the manifest" in line]


def test_the_report_can_be_opened_from_disk(tmp_path):
    page = tmp_path / "photos/moderation/report/nightly/results/latest.html"
    page.parent.mkdir(parents=True)
    page.touch()

    assert f"Report:   {page}" in list(iter_output_lines(tmp_path))


def test_a_path_below_the_working_directory_is_short(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert str(shorten_path(tmp_path / ".demo" / "night")) == ".demo/night"
    assert shorten_path(tmp_path.parent / "other") == tmp_path.parent / "other"
