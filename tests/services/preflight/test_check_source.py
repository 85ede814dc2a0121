import pytest
from services.preflight.preflight_stage import findings_of, state_of

from airflow_provider_rekmedia.services.preflight.check_source import check_source


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("s3://photos/", "ok source s3://photos/: can be listed and read"),
        ("s3://photos/empty/", "note source s3://photos/empty/: it has no object"),
        ("s3://photos/0.jpg", "ok source s3://photos/0.jpg: can be read"),
        ("s3://photos/no.txt", "failed source s3://photos/no.txt: There is no such object"),
        (
            "s3://photos/no/manifest.json",
            "failed source s3://photos/no/manifest.json: There is no such object",
        ),
        (None, None),
    ],
)
def test_each_kind_of_source_is_checked(stage, source, line):
    lines = findings_of(check_source, stage, source=source)

    assert lines == [] if line is None else lines[0].startswith(line)


@pytest.mark.parametrize(
    ("action", "permission"),
    [
        ("s3:ListBucket", "s3:ListBucket on arn:aws:s3:::photos to"),
        ("s3:GetObject", "s3:GetObject on arn:aws:s3:::photos/* to"),
    ],
)
def test_a_denied_source_names_the_permission(stage, action, permission):
    stage.emulator.deny(action, "photos/*")

    (line,) = findings_of(check_source, stage)

    assert line.startswith("failed source s3://photos/")
    assert f"Allow {permission}" in line


def test_a_throttled_source_may_pass(stage):
    stage.emulator.inject("throttle", operation="S3")

    (finding,) = check_source(state_of(stage))

    assert finding.is_temporary


def test_a_long_list_of_images_is_checked_in_part(stage):
    lines = findings_of(check_source, stage, source=[f"s3://photos/{number % 3}.jpg" for number in range(60)])

    assert len(lines) == 51
    assert lines[-1] == "note source: 10 more are not checked here"
