from airflow_provider_rekmedia.command_line.program import main


def test_the_figures_of_a_run_are_printed_and_nothing_is_written(night, aws, capsys):
    before = night.client.list_objects_v2(Bucket="photos")["KeyCount"]

    assert main(["plan", "--source", "s3://photos/uploads/", "--output", "s3://photos/out/"]) == 0

    printed = [line for line in capsys.readouterr().out.splitlines() if "[info " not in line]
    rows = dict(line.split(maxsplit=1) for line in printed)
    assert (rows["images"], rows["skipped"], rows["manifests"]) == ("7", "1 not_jpeg_or_png", "1")
    assert rows["cost"].startswith("0.01 US dollars")
    assert night.client.list_objects_v2(Bucket="photos")["KeyCount"] == before
    assert not any(aws.usage()["calls"].values())
