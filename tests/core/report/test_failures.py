import pytest

from airflow_provider_rekmedia.core.report.failures import describe_failure


@pytest.mark.parametrize(
    ("code", "word", "permanent"),
    [
        ("ImageTooLargeException", "smaller", True),
        ("INVALID_IMAGE_FORMAT", "JPEG", True),
        ("AccessDeniedException", "s3:GetObject", False),
        ("InvalidS3ObjectException", "exists", False),
        ("ThrottlingException", "next run", False),
        ("InternalServerError", "next run", False),
        ("UNACCOUNTED", "Clear the task", False),
        ("BAD_RESULT_LINE", "damaged", False),
        ("made up", "message", False),
    ],
)
def test_each_reason_has_a_cure(code, word, permanent):
    described = describe_failure(code, "m" * 1_000)
    assert word in described.cure
    assert described.permanent is permanent
    assert (described.images, len(described.message)) == (0, 200)
