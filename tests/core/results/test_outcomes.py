import pytest

from airflow_provider_rekmedia.core.results.outcomes import UNACCOUNTED, ImageFailure, Outcomes, is_permanent


def test_a_part_without_images_is_empty():
    assert (*Outcomes().results, *Outcomes().failures) == ()


def test_a_failure_need_not_know_its_line():
    assert ImageFailure("s3://photos/a.jpg", "InvalidImageFormatException", "no image").line_number is None


@pytest.mark.parametrize(
    "code",
    ["InvalidImageFormatException", "ImageTooLargeException", "INVALID_IMAGE_FORMAT", "image-too-small"],
)
def test_what_lies_in_the_image_is_permanent_however_it_is_spelled(code):
    assert is_permanent(code)


@pytest.mark.parametrize(
    "code",
    [
        "InvalidS3ObjectException",
        "AccessDeniedException",
        "InternalServerError",
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RESOURCE_NOT_FOUND",
        UNACCOUNTED,
        "BAD_RESULT_LINE",
        "something that AWS adds later",
        "",
    ],
)
def test_anything_else_may_be_mended(code):
    assert not is_permanent(code, "image format")


def test_an_invalid_parameter_is_permanent_when_it_speaks_of_the_image():
    # As AWS words it: https://github.com/awsdocs/aws-doc-sdk-examples/issues/4848
    pixels = "Input image dimensions 10800 x 5400 exceed maximum dimension size of 10000 pixels."
    assert is_permanent("InvalidParameterException", pixels)
    assert not is_permanent("InvalidParameterException", "Request has invalid parameters.")
