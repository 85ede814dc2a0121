import pytest

from airflow_provider_rekmedia.core.results.image_result import Detection, ImageResult
from airflow_provider_rekmedia.core.results.outcomes import (
    BAD_RESULT_LINE,
    UNACCOUNTED,
    ImageFailure,
    Outcomes,
    is_image_read,
    is_permanent,
)


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


@pytest.mark.parametrize(
    "code",
    [
        "InvalidImageFormatException",
        "IMAGE_TOO_LARGE",
        "InvalidParameterException",
        "INVALID_PARAMETER",
        "ValidationException",
        BAD_RESULT_LINE,
    ],
)
def test_a_refusal_of_the_image_itself_shows_that_the_image_was_read(code):
    assert is_image_read(code, "Request has invalid parameters.")


@pytest.mark.parametrize(
    "code",
    [
        "InvalidS3ObjectException",
        "INVALID_S3_OBJECT",
        "AccessDeniedException",
        "InternalServerError",
        "ThrottlingException",
        "something that AWS adds later",
        UNACCOUNTED,
        "",
    ],
)
def test_any_other_failure_may_concern_every_image(code):
    assert not is_image_read(code, "no")


def test_an_invalid_parameter_about_s3_may_concern_every_image():
    message = "Unable to get object metadata from S3. Check object key, region and/or access permissions."
    assert not is_image_read("InvalidParameterException", message)


def test_a_part_has_a_read_image_if_one_result_or_one_refused_image_is_in_it():
    unread = ImageFailure("s3://photos/a.jpg", "InvalidS3ObjectException", "")
    refused = ImageFailure("s3://photos/b.jpg", "InvalidImageFormatException", "")
    assert not Outcomes().has_read_image
    assert not Outcomes(failures=[unread, unread]).has_read_image
    assert Outcomes(failures=[unread, refused]).has_read_image
    assert Outcomes([ImageResult("s3://photos/c.jpg", Detection(()))], [unread]).has_read_image
