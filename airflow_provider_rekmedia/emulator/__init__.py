"""
A local Rekognition to test Dags on: bulk jobs and moderation labels, with S3 and STS from moto.

Names are imported when they are asked for: pytest imports this package in every session, for the fixture.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .handle import Handle
    from .server import install, running
    from .settings import Settings

__all__ = ["Handle", "Settings", "install", "running"]

_HOMES: Final = {"Handle": ".handle", "Settings": ".settings", "install": ".server", "running": ".server"}


def __getattr__(name: str) -> Any:
    """Import a public name."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name], __name__), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
