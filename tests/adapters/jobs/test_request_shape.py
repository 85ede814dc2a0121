import pytest
from core.truth import rekognition

from airflow_provider_rekmedia.adapters.jobs.request_shape import check_request
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.jobs.request import ARGUMENT_BY_MEMBER

OPERATION = rekognition().operation_model("StartMediaAnalysisJob")
ARN = "arn:aws:rekognition:us-east-1:111122223333:project/my-project/version/1/1690556751958"


def leaves(shape=OPERATION.input_shape, path=()):
    """Every member that holds a value, with the path to it."""
    for name, member in shape.members.items():
        if member.type_name == "structure":
            yield from leaves(member, (*path, name))
        else:
            yield (*path, name), member


def at(path, value):
    """A request that has nothing but this value."""
    for name in reversed(path):
        value = {name: value}
    return value


def with_limit(name, type_name="string"):
    return [
        pytest.param(path, member.metadata, id=".".join(path))
        for path, member in leaves()
        if name in member.metadata and member.type_name == type_name
    ]


def check(path, value):
    check_request(OPERATION, at(path, value), ARGUMENT_BY_MEMBER)


def fitting(limits, length):
    """A text of this length that fits the pattern, where that is easy."""
    return None if "arn" in limits.get("pattern", "") else "a" * length


def refused(path, value, problem):
    with pytest.raises(InvalidArgument, match=problem) as caught:
        check(path, value)
    assert caught.value.fields["argument"] == ARGUMENT_BY_MEMBER[".".join(path)]
    assert caught.value.fields["value"] == value


@pytest.mark.parametrize(("path", "limits"), with_limit("max"))
def test_a_too_long_text_is_refused_by_argument_name(path, limits):
    refused(path, "a" * (limits["max"] + 1), f"it has {limits['max'] + 1} characters, and AWS takes at most")
    if longest := fitting(limits, limits["max"]):
        check(path, longest)


@pytest.mark.parametrize(("path", "limits"), with_limit("min"))
def test_a_too_short_text_is_refused_by_argument_name(path, limits):
    refused(path, "a" * (limits["min"] - 1), f"AWS takes at least {limits['min']}")
    if shortest := fitting(limits, limits["min"]):
        check(path, shortest)


@pytest.mark.parametrize(("path", "limits"), with_limit("pattern"))
@pytest.mark.parametrize("end", [" ", "\n", "\u2028"])
def test_a_text_with_a_blank_is_refused_by_argument_name(path, limits, end):
    refused(path, "a" * limits.get("min", 1) + end, "AWS takes only what matches")


@pytest.mark.parametrize(("path", "limits"), with_limit("max", "float"))
def test_a_number_out_of_range_is_refused_by_argument_name(path, limits):
    for value in (limits["min"], limits["max"], 50.5):
        check(path, value)
    refused(path, limits["max"] + 0.1, "it has 100.1, and AWS takes at most 100")
    refused(path, limits["min"] - 0.1, "it has -0.1, and AWS takes at least 0")


def test_an_adapter_must_be_an_arn():
    path = ("OperationsConfig", "DetectModerationLabels", "ProjectVersion")
    check(path, ARN)
    for bad in (ARN.replace("us-east-1:1111", "us-east-1:x111"), ARN + "x", "my-adapter-which-is-no-arn"):
        refused(path, bad, "AWS takes only what matches")


def test_a_prefix_may_be_empty():
    check(("OutputConfig", "S3KeyPrefix"), "")


def test_a_member_without_an_argument_is_refused_by_its_path():
    with pytest.raises(InvalidArgument, match=r"Input\.S3Object\.Bucket='a b c' cannot be used"):
        check_request(OPERATION, at(("Input", "S3Object", "Bucket"), "a b c"), {})


def test_a_bad_request_is_not_sent(stage):
    with pytest.raises(InvalidArgument, match=r"job_name='a b' cannot be used.*Nothing was sent to AWS"):
        stage.jobs.check(stage.request(job_name="a b"))
    stage.jobs.check(stage.request())
    assert set(stage.emulator.usage()["calls"].values()) == {0}
