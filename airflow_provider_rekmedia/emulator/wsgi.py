"""The server's application: moto's, with the admin paths in front and faults for S3."""

import json
import socket
import struct
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, Final

from .admin import BadRequest, perform
from .front import ConnectionCut
from .moto_rekognition import current_world
from .s3_faults import answer_s3_fault

__all__ = ["ADMIN_PATH", "Application"]

ADMIN_PATH: Final = "/_rekmedia/"

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]


class Application:
    """
    A WSGI application around moto's.

    Before each S3 request the jobs that are due are done: whoever lists the output bucket finds their files.
    """

    def __init__(self, moto: Wsgi) -> None:
        self._moto = moto

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        if path.startswith(ADMIN_PATH):
            return _administer(path.removeprefix(ADMIN_PATH), environ, start_response)
        try:
            if _is_s3(environ):
                current_world().settle_due()
                if (fault := answer_s3_fault(current_world())) is not None:
                    return _respond(start_response, fault.status, fault.body.encode(), fault.content_type)
            return self._moto(environ, start_response)
        except ConnectionCut as cut:
            _cut(environ["werkzeug.socket"])
            # werkzeug takes this for a client that went away, and writes nothing.
            raise ConnectionResetError from cut


def _is_s3(environ: Environ) -> bool:
    """Whether a request is for S3: signed for it, or not signed in a header, as presigned ones are."""
    authorization = environ.get("HTTP_AUTHORIZATION", "")
    return "/s3/aws4_request" in authorization or (
        not authorization and not environ.get("PATH_INFO", "").startswith("/moto-api")
    )


def _administer(action: str, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length) if length else b""
    try:
        content = json.loads(body) if body.strip() else None
        status, answer = 200, perform(environ["REQUEST_METHOD"], action, content=content)
    except BadRequest as error:
        status, answer = 400, {"error": str(error)}
    except ValueError as error:
        status, answer = 400, {"error": f"the body is not JSON: {error}"}
    return _respond(start_response, status, json.dumps(answer, default=str).encode(), "application/json")


def _respond(start_response: StartResponse, status: int, body: bytes, content_type: str) -> Iterable[bytes]:
    headers = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [body]


def _cut(connection: socket.socket) -> None:
    """Close a connection with a reset, as a lost peer does, not with a polite end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.shutdown(socket.SHUT_RDWR)
