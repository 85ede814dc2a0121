"""Start the emulator: in moto, or as a server in a thread of this process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from moto.moto_server import werkzeug_app
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from airflow_provider_rekmedia.emulator.service.moto_rekognition import (
    current_settings,
    install_into_moto,
    reset_all,
)
from airflow_provider_rekmedia.emulator.settings.settings import Settings

from .application import Application
from .handle import Handle

__all__ = ["LOOPBACK", "install", "running"]

LOOPBACK: Final = "127.0.0.1"

#: Newer versions of moto have a handler that keeps underscores in the names of user metadata.
_MotoHandler: Any = getattr(werkzeug_app, "MotoRequestHandler", WSGIRequestHandler)


class _QuietHandler(_MotoHandler):  # type: ignore[misc] # mypy does not know the base
    """Does not log requests: clients poll jobs often."""

    def log_request(self, *_: Any, **__: Any) -> None:
        """Log nothing."""


def install(settings: Settings | None = None) -> Handle:
    """
    Install the emulator into moto, for ``mock_aws``. Call it before or inside ``mock_aws``.

    It clears jobs, faults and counters.

    :param settings: of this process; ``None`` keeps the current settings, at first the defaults.
    :return: a handle without an endpoint.
    """
    install_into_moto(settings or current_settings())
    return Handle()


@contextmanager
def running(settings: Settings | None = None, *, host: str = LOOPBACK, port: int = 0) -> Iterator[Handle]:
    """
    Run a server in a thread. Its state is cleared at the start and at the end.

    moto has one state per process. Two servers in one process share buckets and jobs, and the settings of the
    later one apply until it stops.

    :param port: 0 selects a free port.
    """
    previous = current_settings()
    install_into_moto(settings or Settings())
    reset_all()
    server = _listen(host, port)
    thread = threading.Thread(target=server.serve_forever, name="rekmedia-emulator", daemon=True)
    thread.start()
    try:
        yield Handle(f"http://{server.host}:{server.port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        install_into_moto(previous)
        reset_all()


def _listen(host: str, port: int) -> BaseWSGIServer:
    moto = werkzeug_app.DomainDispatcherApplication(werkzeug_app.create_backend_app)
    return make_server(host, port, Application(moto), threaded=True, request_handler=_QuietHandler)
