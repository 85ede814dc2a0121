"""
A local Rekognition for tests: bulk jobs and moderation labels, with S3 and STS from moto.

pytest imports this package in every session, for the fixture. The public names are therefore imported on
first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .server.handle import Handle
    from .server.running import install, running
    from .settings.settings import Settings

__all__ = ["Handle", "Settings", "install", "running"]

_MODULES: Final = {
    "Handle": ".server.handle",
    "Settings": ".settings.settings",
    "install": ".server.running",
    "running": ".server.running",
}


def __getattr__(name: str) -> Any:
    """Import a public name."""
    if name in _MODULES:
        return getattr(import_module(_MODULES[name], __name__), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
