"""The emulator as a server, in a thread of this process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from moto.moto_server import werkzeug_app
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from .handle import Handle
from .moto_rekognition import current_settings, put_in_place, reset_everything
from .settings import Settings
from .wsgi import Application

__all__ = ["install", "running"]

LOOPBACK: Final = "127.0.0.1"

#: Newer motos keep metadata keys with underscores with a handler of their own.
_MotoHandler: Any = getattr(werkzeug_app, "MotoRequestHandler", WSGIRequestHandler)


class _QuietHandler(_MotoHandler):  # type: ignore[misc] # its base is looked up
    """Logs no requests: a job is polled often."""

    def log_request(self, *_: Any, **__: Any) -> None:
        """Say nothing."""


def install(settings: Settings | None = None) -> Handle:
    """
    Put the emulator into moto, for ``mock_aws``: before it or inside it, once or often.

    Jobs, faults and counters start anew.

    :param settings: of this process from now on; ``None`` keeps those that it has, at first the defaults.
    :return: a handle without an endpoint.
    """
    put_in_place(settings or current_settings())
    return Handle()


@contextmanager
def running(settings: Settings | None = None, *, host: str = LOOPBACK, port: int = 0) -> Iterator[Handle]:
    """
    Run a server in a thread; its state is forgotten at both ends.

    moto keeps one world per process: two servers of one process are two doors to the same buckets and jobs,
    and the last settings win until that server ends.

    :param port: 0 picks a free one.
    """
    before = current_settings()
    put_in_place(settings or Settings())
    reset_everything()
    server = _listen(host, port)
    thread = threading.Thread(target=server.serve_forever, name="rekmedia-emulator", daemon=True)
    thread.start()
    try:
        yield Handle(f"http://{server.host}:{server.port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        put_in_place(before)
        reset_everything()


def _listen(host: str, port: int) -> BaseWSGIServer:
    moto = werkzeug_app.DomainDispatcherApplication(werkzeug_app.create_backend_app)
    return make_server(host, port, Application(moto), threaded=True, request_handler=_QuietHandler)
