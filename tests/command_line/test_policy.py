from airflow_provider_rekmedia.adapters.results.ready_made_policies import ready_made_names
from airflow_provider_rekmedia.command_line.program import main


def test_list_shows_every_ready_made_policy_with_its_purpose(capsys):
    assert main(["policy", "list"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ready_made_names()
    assert "A social network for adults." in lines[-1]


def test_show_prints_a_policy_that_can_be_checked(capsys, tmp_path):
    assert main(["policy", "show", "children"]) == 0

    file = tmp_path / "policy.yaml"
    file.write_text(capsys.readouterr().out)
    assert main(["policy", "check", str(file)]) == 0


def test_check_reports_a_misspelt_label(capsys, tmp_path):
    file = tmp_path / "policy.yaml"
    file.write_text("labels: {Violense: block}\n")

    assert main(["policy", "check", str(file)]) == 1

    assert "did you mean 'Violence'?" in capsys.readouterr().err


def test_diff_counts_the_verdicts_that_change(night, aws, capsys):
    labels = '{"Name": "Alcohol", "ParentName": "", "Confidence": 95.0, "TaxonomyLevel": 1}'
    body = f'{{"source-ref": "s3://b/k", "detect-moderation-labels": {{"ModerationLabels": [{labels}]}}}}\n'
    night.client.put_object(Bucket="photos", Key="r/results.jsonl", Body=body.encode())

    assert main(["policy", "diff", "social_network", "children", "--results", "s3://photos/r/"]) == 0

    printed = capsys.readouterr().out.splitlines()
    lines = [line.split() for line in printed if "[info " not in line]
    assert lines == [["allow", "->", "block", "1"], ["images", "1"], ["changed", "1"]]
