"""Faults that strike S3 itself, in the server; the errors are S3's."""

import time
from xml.sax.saxutils import escape

from .faults import S3
from .front import ConnectionCut
from .wire import Answer
from .world import World

__all__ = ["answer_s3_fault"]


def answer_s3_fault(world: World) -> Answer | None:
    """
    Answer an S3 request in moto's place when a fault says so.

    :return: ``None`` lets moto answer.
    :raises ConnectionCut: a fault wants no answer.
    """
    with world.lock:
        strike = world.faults.draw(S3)
    if strike is None:
        return None
    fault = strike.fault
    match strike.kind:
        case "slow":
            time.sleep(fault.seconds)
            return None
        case "connection_reset":
            raise ConnectionCut
        case "throttle":
            return _error(
                "SlowDown", fault.message or "Please reduce your request rate.", fault.status or 503
            )
        case "error":
            return _error(fault.code or "InternalError", fault.message or "", fault.status or 400)
        case _:
            return _error("InternalError", "We encountered an internal error.", fault.status or 500)


def _error(code: str, message: str, status: int) -> Answer:
    body = f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
    return Answer(status, f'<?xml version="1.0" encoding="UTF-8"?>\n{body}', "application/xml")
