import boto3
import botocore.exceptions
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.retries.standard import ThrottledRetryableChecker
from core.truth import rekognition

from airflow_provider_rekmedia.adapters.jobs.media_analysis import MediaAnalysisJobs
from airflow_provider_rekmedia.adapters.refusals import http_status, refusals_of
from airflow_provider_rekmedia.core import errors as ours

OPERATIONS = (
    "StartMediaAnalysisJob",
    "GetMediaAnalysisJob",
    "ListMediaAnalysisJobs",
    "DetectModerationLabels",
)
DECLARED = [
    (operation, shape.name)
    for operation in OPERATIONS
    for shape in rekognition().operation_model(operation).error_shapes
]

#: AWS's pages say "try again", or the quota frees itself: a slot, an adapter in training, human reviewers.
#: https://docs.aws.amazon.com/rekognition/latest/dg/error-handling.html
PASSING = {
    "InternalServerError",
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "LimitExceededException",
    "ResourceNotReadyException",
    "HumanLoopQuotaExceededException",
}

KINDS = {
    "AccessDeniedException": ours.AccessDenied,
    "IdempotentParameterMismatchException": ours.TokenReused,
    "InternalServerError": ours.Unavailable,
    "InvalidManifestException": ours.ManifestRefused,
    "InvalidParameterException": ours.RequestRefused,
    "InvalidS3ObjectException": ours.ObjectUnreadable,
    "LimitExceededException": ours.LimitReached,
    "ProvisionedThroughputExceededException": ours.Throttled,
    "ResourceNotFoundException": ours.NotFound,
    "ResourceNotReadyException": ours.NotReady,
    "ThrottlingException": ours.Throttled,
}


def client_error(code, message="AWS said so", *, status=400, operation="StartMediaAnalysisJob"):
    answer = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "r-1"},
    }
    return ClientError(answer, operation)


def translated(error, operation="StartMediaAnalysisJob"):
    with pytest.raises(ours.ServiceError) as caught, refusals_of(operation):
        raise error
    assert caught.value.__cause__ is error
    return caught.value


def family(*roots):
    """botocore's subclasses of these exceptions."""
    found = list(roots)
    for kind in found:
        found += kind.__subclasses__()
    return [kind for kind in found if kind.__module__ == "botocore.exceptions"]


@pytest.mark.parametrize(("operation", "code"), DECLARED)
def test_every_declared_error_has_a_class(operation, code):
    refusal = translated(client_error(code), operation)
    assert type(refusal) is not ours.UnknownRefusal
    assert refusal.retryable is (code in PASSING)
    assert refusal.fields == {
        "operation": operation,
        "code": code,
        "message": "AWS said so",
        "request_id": "r-1",
    }


def test_every_error_of_start_has_its_class():
    declared = [shape.name for shape in rekognition().operation_model("StartMediaAnalysisJob").error_shapes]
    assert {code: type(translated(client_error(code))) for code in declared} == KINDS


#: What the pages of errors common to AWS's services, and that of S3, say of callers and of accounts.
#: https://docs.aws.amazon.com/rekognition/latest/APIReference/CommonErrors.html
#: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
CREDENTIALS = """
    ExpiredToken ExpiredTokenException IncompleteSignature IncompleteSignatureException InvalidAccessKeyId
    InvalidClientTokenId InvalidSignatureException InvalidToken MissingAuthenticationToken
    MissingAuthenticationTokenException RequestExpired RequestTimeTooSkewed SignatureDoesNotMatch
    TokenRefreshRequired UnrecognizedClientException
"""
ACCOUNT = """
    AccessDeniedException AccountProblem AllAccessDisabled NotAuthorized NotSignedUp OptInRequired
    RegionDisabledException SubscriptionRequiredException
"""


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        (ours.NoCredentials, CREDENTIALS),
        (ours.AccessDenied, ACCOUNT),
        (ours.NotFound, "InvalidAction UnknownOperationException"),
        (ours.ObjectUnreadable, "405 MethodNotAllowed"),
        (ours.RequestRefused, "ValidationError ValidationException"),
        (ours.Unavailable, "RequestTimeout RequestTimeoutException ServiceUnavailable"),
    ],
)
def test_common_aws_errors_have_their_class(kind, codes):
    for code in codes.split():
        assert type(translated(client_error(code), "DetectModerationLabels")) is kind, code


def test_botocores_throttling_codes_are_throttled_except_the_job_quota():
    kinds = {
        code: type(translated(client_error(code)))
        for code in ThrottledRetryableChecker._THROTTLED_ERROR_CODES
    }

    assert kinds.pop("LimitExceededException") is ours.LimitReached
    assert set(kinds.values()) == {ours.Throttled}
    assert type(translated(client_error("429", status=429), "HeadObject")) is ours.Throttled


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("403", ours.AccessDenied),
        ("404", ours.ObjectUnreadable),
        ("AccessDenied", ours.AccessDenied),
        ("NoSuchBucket", ours.ObjectUnreadable),
        ("NoSuchKey", ours.ObjectUnreadable),
        ("SlowDown", ours.Throttled),
        ("503", ours.Unavailable),
        ("InternalError", ours.Unavailable),
    ],
)
def test_s3_errors_have_their_class(code, kind):
    assert type(translated(client_error(code), "GetObject")) is kind


def test_an_undeclared_code_is_unknown_and_not_retryable():
    refusal = translated(client_error("TeapotException"))
    assert type(refusal) is ours.UnknownRefusal
    assert not refusal.retryable
    assert "TeapotException: AWS said so (request r-1)" in str(refusal)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_an_unknown_code_with_a_5xx_status_is_unavailable(status):
    assert type(translated(client_error("TeapotException", status=status))) is ours.Unavailable


def test_an_error_without_a_code_is_a_service_error():
    refusal = translated(ClientError({"ResponseMetadata": {"RequestId": ""}}, "StartMediaAnalysisJob"))
    assert refusal.code == "unknown"
    assert refusal.request_id == "unknown"


@pytest.mark.parametrize("operation", OPERATIONS[:3])
def test_a_closed_account_is_pointed_to_the_per_image_engine(operation):
    words = "Bulk Image Analysis is no longer available to new customers."
    refusal = translated(client_error("AccessDeniedException", words), operation)
    assert type(refusal) is ours.ServiceClosed
    assert "DetectModerationLabels" in str(refusal)


def test_another_denial_names_both_causes():
    words = (
        "User: arn:aws:iam::1111:user/a is not authorized to perform: StartMediaAnalysisJob on resource: *"
    )
    refusal = translated(client_error("AccessDeniedException", words))
    assert type(refusal) is ours.AccessDenied
    assert "DetectModerationLabels" in str(refusal)


@pytest.mark.parametrize("operation", ["DetectModerationLabels", "GetObject"])
def test_only_bulk_analysis_can_be_closed(operation):
    refusal = translated(client_error("AccessDeniedException", "not available to new customers"), operation)
    assert type(refusal) is ours.AccessDenied


@pytest.mark.parametrize(
    "kind",
    [
        *family(botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError),
        botocore.exceptions.IncompleteReadError,
    ],
)
def test_a_missing_or_incomplete_response_is_unavailable(kind):
    words = {"endpoint_url": "http://aws", "proxy_url": "http://proxy", "error": "cut"}
    error = kind(**words, **dict.fromkeys(("actual_bytes", "expected_bytes"), 1))
    refusal = translated(error)
    assert type(refusal) is ours.Unavailable
    assert refusal.code == kind.__name__


def test_other_exceptions_pass_unchanged():
    with pytest.raises(ZeroDivisionError), refusals_of("StartMediaAnalysisJob"):
        raise ZeroDivisionError


@pytest.mark.parametrize(
    "code", [code for operation, code in DECLARED if operation == "StartMediaAnalysisJob"]
)
def test_an_error_response_raises_its_class(stage, code):
    stage.emulator.inject("error", operation="StartMediaAnalysisJob", code=code)
    with pytest.raises(KINDS[code]) as caught:
        stage.jobs.start(stage.request(), "token")
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        ("throttle", ours.Throttled),
        ("http_500", ours.Unavailable),
        ("connection_reset", ours.Unavailable),
        ("closed", ours.AccessDenied),
    ],
)
def test_a_fault_raises_its_class(stage, kind, refusal):
    stage.emulator.inject(kind, operation="GetMediaAnalysisJob")
    with pytest.raises(refusal):
        stage.jobs.fetch("abc")


def test_a_read_timeout_is_unavailable(stage):
    hurried = stage.emulator.client("rekognition", retries={"total_max_attempts": 1}, read_timeout=0.2)
    stage.emulator.inject("slow", operation="GetMediaAnalysisJob", seconds=0.6)
    with pytest.raises(ours.Unavailable) as caught:
        MediaAnalysisJobs(hurried).fetch("abc")
    assert caught.value.code == "ReadTimeoutError"


def client_of(**credentials):
    """A client of a closed port."""
    return boto3.session.Session(**credentials).client(
        "rekognition",
        region_name="us-east-1",
        endpoint_url="http://127.0.0.1:9",
        config=Config(retries={"total_max_attempts": 1}),
    )


def test_a_refused_connection_is_unavailable():
    with pytest.raises(ours.Unavailable) as caught:
        MediaAnalysisJobs(client_of(aws_access_key_id="a", aws_secret_access_key="b")).fetch("abc")
    assert caught.value.code == "EndpointConnectionError"


def test_a_client_without_credentials_is_an_error():
    with pytest.raises(ours.NoCredentials) as caught:
        MediaAnalysisJobs(client_of()).fetch("abc")
    assert caught.value.code == "NoCredentialsError"


def test_a_request_that_botocore_refuses_is_request_refused(stage):
    with pytest.raises(ours.RequestRefused) as caught:
        stage.jobs.fetch("")
    assert caught.value.code == "ParamValidationError"


def test_the_http_status_of_a_refusal_is_that_of_the_response(stage):
    stage.emulator.inject("error", operation="GetMediaAnalysisJob", code="ThrottlingException", status=500)

    with pytest.raises(ours.Throttled) as caught:
        stage.jobs.fetch("abc")
    assert http_status(caught.value) == 500


def test_a_call_without_a_response_has_no_http_status():
    with pytest.raises(ours.NoCredentials) as caught:
        MediaAnalysisJobs(client_of()).fetch("abc")
    assert http_status(caught.value) is None
