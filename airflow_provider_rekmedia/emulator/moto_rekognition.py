"""
Rekognition inside moto: the one place that knows the inside of ``moto.rekognition`` and ``moto.core``.

moto dispatches by ``moto.rekognition.urls.url_paths``: our response class takes the place of moto's there,
answers the four operations, and leaves the others to it. The world lives in a ``BackendDict``: leaving
``mock_aws`` and ``POST /moto-api/reset`` clear it with the rest.
"""

from typing import Any, Final

from moto.core.base_backend import BackendDict, BaseBackend
from moto.rekognition import urls
from moto.rekognition.responses import RekognitionResponse

from .front import answer
from .moto_s3 import MotoStorage
from .settings import OPERATIONS, Settings
from .wire import Call, Place
from .world import World

__all__ = ["MediaAnalysisResponse", "current_settings", "current_world", "put_in_place", "reset_everything"]

_ACCOUNT: Final = "rekmedia"
_PARTITION: Final = "aws"


class _Installed:
    """The settings of this process; moto keeps one world per process, and so do we."""

    settings = Settings()


class _WorldBackend(BaseBackend):
    """Where moto finds our state when it resets all state."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.world = World(_Installed.settings, MotoStorage())


_worlds: BackendDict[Any] = BackendDict(
    _WorldBackend, "rekmedia", use_boto3_regions=False, additional_regions=[_PARTITION]
)


class MediaAnalysisResponse(RekognitionResponse):
    """moto's Rekognition, with the four operations that it lacks."""

    def _dispatch(self, request: Any, full_url: str | None = None, headers: Any = None) -> Any:
        self.setup_class(request, full_url, headers)
        operation = self._get_action()
        if operation not in OPERATIONS:
            return self.call_action()
        body = self.body if isinstance(self.body, bytes) else self.body.encode()
        place = Place(self.current_account, self.region)
        given = answer(current_world(), Call(operation, body, place))
        return given.status, given.headers(), given.body


def put_in_place(settings: Settings) -> None:
    """Put our operations into moto and forget the last world; the next one starts with these settings."""
    urls.url_paths["{0}/$"] = MediaAnalysisResponse.dispatch
    _Installed.settings = settings
    for backends in _worlds.values():
        backends.reset()


def current_settings() -> Settings:
    """Take the settings that a fresh world starts with."""
    return _Installed.settings


def current_world() -> World:
    """Take the world of this process; after a reset it is a fresh one."""
    world: World = _worlds[_ACCOUNT][_PARTITION].world
    return world


def reset_everything() -> None:
    """Forget all state of moto, S3 included, and ours."""
    BackendDict.reset()
