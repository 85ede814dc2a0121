"""The WSGI application of the server: admin paths, S3 faults, permissions and conditions, then moto."""

import json
import socket
import struct
from collections.abc import Callable, Iterable
from http import HTTPStatus
from io import BytesIO
from typing import Any, Final

from moto.core.models import DEFAULT_ACCOUNT_ID

from airflow_provider_rekmedia.emulator.protocol.messages import Response
from airflow_provider_rekmedia.emulator.service.moto_rekognition import current_state
from airflow_provider_rekmedia.emulator.service.request_handler import ConnectionDropped
from airflow_provider_rekmedia.emulator.storage.moto_storage import S3_LOCK, find_etag

from .admin import BadRequest, perform
from .s3_conditional_deletes import split_delete
from .s3_faults import apply_s3_fault
from .s3_permissions import check_s3_access
from .s3_preconditions import check_preconditions

__all__ = ["ADMIN_PATH", "Application"]

ADMIN_PATH: Final = "/_rekmedia/"

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]


class Application:
    """
    A WSGI application around moto's.

    Before each S3 request it finishes the jobs that are due, so that their output files exist.
    """

    def __init__(self, moto: Wsgi) -> None:
        self._moto = moto

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Handle one request."""
        path = environ.get("PATH_INFO", "")
        if path.startswith(ADMIN_PATH):
            return _administer(path.removeprefix(ADMIN_PATH), environ, start_response)
        try:
            if _is_s3(environ):
                return self._handle_s3(environ, start_response)
            return self._moto(environ, start_response)
        except ConnectionDropped as dropped:
            _reset_connection(environ["werkzeug.socket"])
            # werkzeug assumes that the client disconnected, and writes nothing.
            raise ConnectionResetError from dropped

    def _handle_s3(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        state = current_state()
        state.finish_due_jobs()
        response = apply_s3_fault(state)
        if response is None and state.settings.denied_access:
            response = _check_access(environ)
        if response is not None:
            body = b"" if environ["REQUEST_METHOD"] == "HEAD" else response.body.encode()
            return _respond(start_response, response.status, body, response.content_type)
        body = _buffer_body(environ)  # a slow upload must not hold the lock
        with S3_LOCK:
            request = _request(environ)
            refused = check_preconditions(**request, etag_of=_etag_of)
            if refused is not None:
                return _respond(start_response, refused.status, refused.body.encode(), refused.content_type)
            if request["method"] == "POST" and "delete" in request["query"]:
                return self._delete_objects(request["path"], body, environ, start_response)
            return self._moto(environ, start_response)

    def _delete_objects(
        self, path: str, body: bytes, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        conditional = split_delete(path.strip("/").partition("/")[0], body, _etag_of)
        if conditional is None:
            return self._moto(environ, start_response)
        response = b""
        if conditional.body is not None:
            environ["wsgi.input"] = BytesIO(conditional.body)
            environ["CONTENT_LENGTH"] = str(len(conditional.body))
            response = b"".join(self._moto(environ, lambda *_, **__: None))
        return _respond(start_response, 200, conditional.complete(response), "application/xml")


def _is_s3(environ: Environ) -> bool:
    """Whether a request is for S3: signed for S3, or not signed in a header, such as a presigned one."""
    authorization = environ.get("HTTP_AUTHORIZATION", "")
    return "/s3/aws4_request" in authorization or (
        not authorization and not environ.get("PATH_INFO", "").startswith("/moto-api")
    )


def _check_access(environ: Environ) -> Response | None:
    request = _request(environ)
    return check_s3_access(current_state().settings, **request, body=_buffer_body(environ))


def _request(environ: Environ) -> dict[str, Any]:
    """Return method, decoded path, query, and headers by name in lower case."""
    return {
        "method": environ["REQUEST_METHOD"],
        # WSGI passes the bytes of the path as Latin-1.
        "path": environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
        "query": environ.get("QUERY_STRING", ""),
        "headers": {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        },
    }


def _etag_of(bucket: str, key: str, version: str | None) -> str | None:
    return find_etag(DEFAULT_ACCOUNT_ID, bucket, key, version)


def _buffer_body(environ: Environ) -> bytes:
    """Read the request's body, and let moto read it again."""
    body = b""
    if environ.get("wsgi.input_terminated"):
        body = environ["wsgi.input"].read()
    elif length := int(environ.get("CONTENT_LENGTH") or 0):
        body = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = BytesIO(body)
    return body


def _administer(action: str, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    body = _buffer_body(environ)
    try:
        content = json.loads(body) if body.strip() else None
        status, result = 200, perform(environ["REQUEST_METHOD"], action, content=content)
    except BadRequest as error:
        status, result = 400, {"error": str(error)}
    except ValueError as error:
        status, result = 400, {"error": f"the body is not JSON: {error}"}
    return _respond(start_response, status, json.dumps(result, default=str).encode(), "application/json")


def _respond(start_response: StartResponse, status: int, body: bytes, content_type: str) -> Iterable[bytes]:
    headers = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [body]


def _reset_connection(connection: socket.socket) -> None:
    """Close a connection with a TCP reset instead of a regular close."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.shutdown(socket.SHUT_RDWR)
