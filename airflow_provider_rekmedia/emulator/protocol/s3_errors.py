"""Error responses of S3."""

from xml.sax.saxutils import escape

from .messages import Response

__all__ = ["encode_s3_error"]


def encode_s3_error(code: str, message: str, *, status: int) -> Response:
    """
    Encode an error as S3's XML.

    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """
    body = f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
    return Response(status, f'<?xml version="1.0" encoding="UTF-8"?>\n{body}', "application/xml")
