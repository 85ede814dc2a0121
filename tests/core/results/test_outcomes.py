import pytest

from airflow_provider_rekmedia.core.results.outcomes import UNACCOUNTED, ImageFailure, Outcomes, is_permanent


def test_a_part_without_images_is_empty():
    assert (*Outcomes().results, *Outcomes().failures) == ()


def test_a_failure_may_have_no_line_number():
    assert ImageFailure("s3://photos/a.jpg", "InvalidImageFormatException", "no image").line_number is None


@pytest.mark.parametrize(
    "code",
    ["InvalidImageFormatException", "ImageTooLargeException", "INVALID_IMAGE_FORMAT", "image-too-small"],
)
def test_a_fault_of_the_image_is_permanent_in_any_spelling(code):
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
def test_any_other_failure_is_temporary(code):
    assert not is_permanent(code, "image format")


def test_an_invalid_parameter_is_permanent_if_its_message_is_about_the_image():
    # As AWS words it: https://github.com/awsdocs/aws-doc-sdk-examples/issues/4848
    pixels = "Input image dimensions 10800 x 5400 exceed maximum dimension size of 10000 pixels."
    assert is_permanent("InvalidParameterException", pixels)
    assert not is_permanent("InvalidParameterException", "Request has invalid parameters.")
