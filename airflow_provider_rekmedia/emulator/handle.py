"""What a test holds of an emulator: its endpoint, clients, and the admin actions."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final

import boto3
from botocore.config import Config

from .admin import BadRequest, perform
from .wsgi import ADMIN_PATH

__all__ = ["Handle"]

_TIMEOUT_S: Final = 60.0


class Handle:
    """
    One emulator, in this process or in another.

    :param endpoint_url: of the server; ``None`` is the emulator inside this process's ``mock_aws``.
    """

    def __init__(self, endpoint_url: str | None = None) -> None:
        self.endpoint_url = endpoint_url

    @cached_property
    def _session(self) -> boto3.session.Session:
        return boto3.session.Session("testing", "testing")  # moto checks no credentials

    def client(self, service: str, region: str = "us-east-1", **config: Any) -> Any:
        """
        Make a boto3 client with made-up credentials.

        :param config: as ``botocore.config.Config`` takes it, such as ``retries`` or ``read_timeout``.
        """
        create: Callable[..., Any] = self._session.client
        return create(service, region_name=region, endpoint_url=self.endpoint_url, config=Config(**config))

    def airflow_connection(self, region: str = "us-east-1") -> str:
        """Encode this emulator as ``AIRFLOW_CONN_AWS_DEFAULT`` takes it."""
        extra = {"region_name": region, "endpoint_url": self.endpoint_url}
        return json.dumps({"conn_type": "aws", "login": "testing", "password": "testing", "extra": extra})

    def usage(self) -> dict[str, Any]:
        """Count ``calls``, ``jobs``, ``images_billed`` and ``most_active_jobs`` since the last reset."""
        return dict(self._do("GET", "usage"))

    def jobs(self) -> list[dict[str, Any]]:
        """Describe all jobs of all accounts and regions, oldest first."""
        return list(self._do("GET", "jobs"))

    def inject(self, kind: str | list[str], **fault: Any) -> None:
        """
        Make something go wrong: ``inject("throttle", operation="GetMediaAnalysisJob", times=2)``.

        :param kind: one kind of fault, or several in turn.
        :param fault: the fields of :class:`~airflow_provider_rekmedia.emulator.faults.Fault`.
        :raises BadRequest: there is no such fault.
        """
        self._do("POST", "faults", {"kind": kind, **fault})

    def clear_faults(self) -> None:
        """Let everything go well again."""
        self._do("DELETE", "faults")

    def advance(self, job_id: str | None = None, *, to_end: bool = False) -> None:
        """
        Move jobs on, without waiting.

        :param job_id: one job; ``None`` is all.
        :param to_end: to their end; otherwise to their next state.
        :raises BadRequest: there is no such job.
        """
        self._do("POST", "advance", {"job_id": job_id, "to_end": to_end})

    def configure(self, **changes: Any) -> None:
        """
        Change settings until the next reset: ``configure(max_active_jobs=1)``.

        :raises BadRequest: there is no such setting, or it cannot have that value.
        """
        self._do("POST", "settings", changes)

    def reset(self) -> None:
        """Forget jobs, faults, counters, changed settings, and all buckets."""
        self._do("POST", "reset")

    def _do(self, method: str, action: str, content: Mapping[str, Any] | None = None) -> Any:
        if self.endpoint_url is None:
            return perform(method, action, content=content)
        request = urllib.request.Request(  # noqa: S310 - the endpoint is the emulator's own
            self.endpoint_url + ADMIN_PATH + action,
            method=method,
            data=None if content is None else json.dumps(content).encode(),
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - likewise
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise BadRequest(json.load(error)["error"]) from None
