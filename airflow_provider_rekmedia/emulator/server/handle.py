"""The handle: a test's access to an emulator."""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final

import boto3
import botocore.session
from botocore.config import Config

from .admin import BadRequest, perform
from .application import ADMIN_PATH

__all__ = ["Handle"]

_TIMEOUT_S: Final = 60.0

#: Ignore the user's AWS profile and files: the credentials are made up, and the profile may not exist.
_NO_PROFILE: Final = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}

#: Admin requests go to the emulator directly, even if HTTP_PROXY is set.
_opener: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Handle:
    """
    Access to one emulator, in this process or in another.

    :param endpoint_url: URL of the server; ``None`` means the emulator under ``mock_aws`` in this process.
    """

    def __init__(self, endpoint_url: str | None = None) -> None:
        self.endpoint_url = endpoint_url

    @cached_property
    def _session(self) -> boto3.session.Session:
        session = botocore.session.Session(session_vars=_NO_PROFILE)
        # moto does not check credentials.
        return boto3.session.Session("testing", "testing", botocore_session=session)

    def client(self, service: str, region: str = "us-east-1", **config: Any) -> Any:
        """
        Make a boto3 client. It ignores proxies, profiles and endpoints of the environment.

        :param config: arguments of ``botocore.config.Config``, such as ``retries`` or ``read_timeout``.
        """
        create: Callable[..., Any] = self._session.client
        defaults: dict[str, Any] = {"proxies": {}, "ignore_configured_endpoint_urls": True}
        return create(
            service, region_name=region, endpoint_url=self.endpoint_url, config=Config(**defaults | config)
        )

    def airflow_connection(self, region: str = "us-east-1", *, credentials: bool = True) -> str:
        """
        Make the value of ``AIRFLOW_CONN_AWS_DEFAULT``.

        :param credentials: if false, the connection has no credentials, and boto3 searches the environment.
        """
        login = {"login": "testing", "password": "testing"} if credentials else {}
        extra: dict[str, Any] = {"region_name": region, "endpoint_url": self.endpoint_url}
        extra["config_kwargs"] = {"proxies": {}}
        return json.dumps({"conn_type": "aws", **login, "extra": extra})

    def usage(self) -> dict[str, Any]:
        """Count ``calls``, ``jobs``, ``images_billed`` and ``most_active_jobs`` since the last reset."""
        return dict(self._request("GET", "usage"))

    def jobs(self) -> list[dict[str, Any]]:
        """Describe all jobs of all accounts and regions, oldest first."""
        return list(self._request("GET", "jobs"))

    def inject(self, kind: str | list[str], **fault: Any) -> None:
        """
        Inject a fault: ``inject("throttle", operation="GetMediaAnalysisJob", times=2)``.

        :param kind: one kind, or several that take turns.
        :param fault: fields of :class:`~airflow_provider_rekmedia.emulator.faults.fault.Fault`.
        :raises BadRequest: the fault is not valid.
        """
        self._request("POST", "faults", {"kind": kind, **fault})

    def clear_faults(self) -> None:
        """Remove all faults."""
        self._request("DELETE", "faults")

    def deny(self, action: str, resource: str = "*") -> None:
        """
        Deny an action until the next reset: ``deny("s3:GetObject", "photos/private/*")``.

        :param action: glob on the names of IAM actions.
        :param resource: glob on ``bucket/key``, or on ``bucket/prefix`` for ``s3:ListBucket``.
        :raises BadRequest: the emulator does not check this action.
        """
        denied = self._request("GET", "settings")["denied_access"]
        self.configure(denied_access=[*denied, {"action": action, "resource": resource}])

    def advance(self, job_id: str | None = None, *, to_end: bool = False) -> None:
        """
        Move jobs to their next state, without waiting.

        :param job_id: ``None`` means all jobs.
        :param to_end: move them to their end instead.
        :raises BadRequest: the job does not exist.
        """
        self._request("POST", "advance", {"job_id": job_id, "to_end": to_end})

    def move_clock(self, seconds: float) -> None:
        """
        Move the emulator's clock forward until the next reset: jobs, tokens, quotas and ``LastModified``.

        :param seconds: at least 0.
        :raises BadRequest: the number is negative.
        """
        self._request("POST", "clock", {"forward_s": seconds})

    def configure(self, **changes: Any) -> None:
        """
        Change settings until the next reset: ``configure(max_active_jobs=1)``.

        :raises BadRequest: a setting does not exist or cannot have the value; no setting is changed.
        """
        self._request("POST", "settings", changes)

    def reset(self) -> None:
        """Clear jobs, faults, counters, changed settings, the clock, and all buckets."""
        self._request("POST", "reset")

    def _request(self, method: str, action: str, content: Mapping[str, Any] | None = None) -> Any:
        if self.endpoint_url is None:
            return perform(method, action, content=content)
        request = urllib.request.Request(  # noqa: S310 - the URL of the emulator
            self.endpoint_url + ADMIN_PATH + action,
            method=method,
            data=None if content is None else json.dumps(content).encode(),
        )
        try:
            with _opener.open(request, timeout=_TIMEOUT_S) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                raise BadRequest(json.load(error)["error"]) from None
