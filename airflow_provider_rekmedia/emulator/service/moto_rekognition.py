"""
The connection to moto. Only this module uses the internals of moto's services and of ``moto.core``.

moto finds the class that handles a request in ``moto.rekognition.urls.url_paths``. The emulator replaces that
class by its own, which handles the four operations and leaves the others to moto. The state is in a
``BackendDict``, so that the end of ``mock_aws`` and ``POST /moto-api/reset`` clear it too.
"""

from typing import Any, Final

from moto.core.base_backend import BackendDict, BaseBackend
from moto.rekognition import urls
from moto.rekognition.responses import RekognitionResponse
from moto.servicequotas.responses import ServiceQuotasResponse

from airflow_provider_rekmedia.emulator.protocol.messages import AccountRegion, Call
from airflow_provider_rekmedia.emulator.protocol.operations import OPERATIONS
from airflow_provider_rekmedia.emulator.settings.settings import Settings
from airflow_provider_rekmedia.emulator.storage.moto_storage import S3_LOCK, MotoStorage, shift_s3_clock

from .request_handler import handle_call
from .service_quotas import list_quotas
from .state import EmulatorState

__all__ = ["MediaAnalysisResponse", "current_settings", "current_state", "install_into_moto", "reset_all"]

_ACCOUNT: Final = "rekmedia"
_PARTITION: Final = "aws"


class _Installed:
    """The settings of this process; moto has one state per process, and so has the emulator."""

    settings = Settings()


class _StateBackend(BaseBackend):
    """Holds the state where moto resets it with its own."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.state = EmulatorState(_Installed.settings, MotoStorage())


_backends: BackendDict[Any] = BackendDict(
    _StateBackend, "rekmedia", use_boto3_regions=False, additional_regions=[_PARTITION]
)


class MediaAnalysisResponse(RekognitionResponse):
    """moto's Rekognition, with the four operations that it lacks."""

    def _dispatch(self, request: Any, full_url: str | None = None, headers: Any = None) -> Any:
        self.setup_class(request, full_url, headers)
        operation = self._get_action()
        if operation not in OPERATIONS:
            return self.call_action()
        body = self.body if isinstance(self.body, bytes) else self.body.encode()
        account_region = AccountRegion(self.current_account, self.region)
        response = handle_call(current_state(), Call(operation, body, account_region))
        return response.status, response.headers(), response.body


def install_into_moto(settings: Settings) -> None:
    """Add the four operations to moto, and start with an empty state and these settings."""
    urls.url_paths["{0}/$"] = MediaAnalysisResponse.dispatch
    setattr(ServiceQuotasResponse, "list_service_quotas", _list_service_quotas)  # noqa: B010 moto lacks it
    shift_s3_clock(lambda: current_state().clock_offset_s)
    _Installed.settings = settings
    for backends in _backends.values():
        backends.reset()


def _list_service_quotas(request: Any) -> Any:
    response = list_quotas(current_state().settings, request.region)
    # moto takes the status from the headers.
    return response.status, response.headers() | {"status": response.status}, response.body


def current_settings() -> Settings:
    """Return the settings of this process."""
    return _Installed.settings


def current_state() -> EmulatorState:
    """Return the state of this process; after a reset it is a new one."""
    state: EmulatorState = _backends[_ACCOUNT][_PARTITION].state
    return state


def reset_all() -> None:
    """Clear all state of moto, including S3, and of the emulator."""
    with S3_LOCK:  # a reset closes the buffers of all objects
        BackendDict.reset()
