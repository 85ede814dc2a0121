"""``python -m airflow_provider_rekmedia.emulator``."""

import signal

import pytest
from buckets import create_buckets
from emulator.program import started
from emulator.scene import IN, OUT, Scene

from airflow_provider_rekmedia.emulator import Handle, Settings
from airflow_provider_rekmedia.emulator.server.command_line import _make_settings, build_parser, main
from airflow_provider_rekmedia.emulator.settings.settings import DOCUMENTED_TPS

RULES = "rules: [{key: '*.jpg', labels: {Gambling: 77}}]"


def parse(*options):
    return _make_settings(build_parser().parse_args(options))


def test_the_program_runs_until_sigterm(tmp_path):
    rules, ready = tmp_path / "rules.yaml", tmp_path / "ready"
    rules.write_text(RULES)
    with started(ready, "--rules", str(rules), "--by-hand", "--tps", "GetMediaAnalysisJob=100") as (
        program,
        url,
    ):
        handle = Handle(url)
        s3 = handle.client("s3")
        create_buckets(s3, IN, OUT)
        scene = Scene(handle, handle.client("rekognition"), s3)
        results, _ = scene.moderate(scene.put_image())
        assert results[0]["detect-moderation-labels"]["ModerationLabels"][0]["Name"] == "Gambling"
        assert handle.usage()["images_billed"] == 1

        program.send_signal(signal.SIGTERM)
        output, errors = program.communicate(timeout=10)
    assert (program.returncode, errors) == (0, "")
    assert url in output
    assert not ready.exists()


def test_the_program_stops_at_sigint(tmp_path):
    with started(tmp_path / "ready") as (program, _):
        program.send_signal(signal.SIGINT)
        program.communicate(timeout=10)
    assert program.returncode == 0


def test_without_options_the_settings_are_the_defaults():
    assert parse() == Settings()


def test_each_setting_has_an_option():
    assert parse("--created-s", "0.5", "--max-active-jobs", "3", "--first-line-number", "0") == Settings(
        created_s=0.5, max_active_jobs=3, first_line_number=0
    )
    assert parse("--unguessable-keys", "--no-queued-jobs-count") == Settings(
        unguessable_keys=True, queued_jobs_count=False
    )
    assert parse("--bad-manifest", "fail_job", "--token-lifetime-s", "60") == Settings(
        bad_manifest="fail_job", token_lifetime_s=60.0
    )


def test_adapters_and_rates_are_repeatable():
    settings = parse(
        "--adapter", "a", "--adapter", "b", "--documented-tps", "--tps", "GetMediaAnalysisJob=1.5"
    )
    assert settings.adapters == ("a", "b")
    assert settings.tps == {**DOCUMENTED_TPS, "GetMediaAnalysisJob": 1.5}


def test_denied_access_is_repeatable():
    denied = parse("--deny", "s3:GetObject=photos/private/*", "--deny", "rekognition:*").denied_access
    assert [(entry.action, entry.resource) for entry in denied] == [
        ("s3:GetObject", "photos/private/*"),
        ("rekognition:*", "*"),
    ]


def test_the_documented_rates_are_awss():
    # us-east-1, https://docs.aws.amazon.com/general/latest/gr/rekognition.html
    assert parse("--documented-tps").tps == {
        "StartMediaAnalysisJob": 5,
        "GetMediaAnalysisJob": 20,
        "ListMediaAnalysisJobs": 5,
        "DetectModerationLabels": 50,
    }


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--tps", "GetMediaAnalysisJob"], "--tps must have the form OPERATION=N"),
        (["--tps", "Get=1"], "Invalid enum value 'Get'"),
        (["--rules", "nowhere.yaml"], "No such file"),
        (["--deny", "s3:Get"], "does not check the action 's3:Get'"),
        (["--created-s", "-1"], "created_s cannot be -1.0"),
        (["--blank-lines", "keep"], "invalid choice: 'keep'"),
    ],
)
def test_invalid_options_are_refused_before_the_server_starts(options, text, capsys):
    with pytest.raises(SystemExit) as ended:
        main(options)
    assert ended.value.code == 2
    assert text in capsys.readouterr().err
