"""The WSGI application of the server: admin paths, S3 faults, permissions and conditions, then moto."""

import json
import socket
import struct
from collections.abc import Callable, Iterable
from http import HTTPStatus
from io import BytesIO
from typing import Any, Final

from airflow_provider_rekmedia.emulator.protocol.messages import Response
from airflow_provider_rekmedia.emulator.service.moto_rekognition import current_state
from airflow_provider_rekmedia.emulator.service.request_handler import ConnectionDropped
from airflow_provider_rekmedia.emulator.storage.moto_storage import S3_LOCK

from .admin import BadRequest, perform
from .s3_conditions import check_s3_condition
from .s3_faults import apply_s3_fault
from .s3_permissions import check_s3_access

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
            return _refuse(environ, start_response, response)
        _buffer_body(environ)  # a slow upload must not hold the lock
        with S3_LOCK:
            response = self._check_condition(environ)
            if response is not None:
                return _refuse(environ, start_response, response)
            return self._moto(environ, start_response)

    def _check_condition(self, environ: Environ) -> Response | None:
        return check_s3_condition(
            environ["REQUEST_METHOD"],
            environ["PATH_INFO"],
            query=environ.get("QUERY_STRING", ""),
            headers=_headers(environ),
            find_etag=lambda: self._find_etag(environ),
        )

    def _find_etag(self, environ: Environ) -> str | None:
        """Send a HEAD request for the same object to moto; return its ETag, or ``None``."""
        head = {name: value for name, value in environ.items() if not name.startswith("HTTP_IF_")}
        head |= {"REQUEST_METHOD": "HEAD", "CONTENT_LENGTH": "0", "wsgi.input": BytesIO(b"")}
        headers: dict[str, str] = {}

        def keep_headers(status: str, fields: list[tuple[str, str]], *_: Any) -> None:
            if status.startswith("200"):
                headers.update((name.lower(), value) for name, value in fields)

        for _ in self._moto(head, keep_headers):
            pass
        return headers.get("etag")


def _is_s3(environ: Environ) -> bool:
    """Whether a request is for S3: signed for S3, or not signed in a header, such as a presigned one."""
    authorization = environ.get("HTTP_AUTHORIZATION", "")
    return "/s3/aws4_request" in authorization or (
        not authorization and not environ.get("PATH_INFO", "").startswith("/moto-api")
    )


def _check_access(environ: Environ) -> Response | None:
    return check_s3_access(
        current_state().settings,
        environ["REQUEST_METHOD"],
        # WSGI passes the bytes of the path as Latin-1.
        environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
        query=environ.get("QUERY_STRING", ""),
        headers=_headers(environ),
        body=_buffer_body(environ),
    )


def _headers(environ: Environ) -> dict[str, str]:
    """Return the headers of a request, by name in lower case."""
    return {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }


def _refuse(environ: Environ, start_response: StartResponse, response: Response) -> Iterable[bytes]:
    body = b"" if environ["REQUEST_METHOD"] == "HEAD" else response.body.encode()
    return _respond(start_response, response.status, body, response.content_type)


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
