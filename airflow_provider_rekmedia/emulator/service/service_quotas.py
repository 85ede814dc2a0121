"""
ListServiceQuotas for Rekognition: the quotas of the settings. Nothing else of Service Quotas is emulated.

AWS documents no names of these quotas. The names here are guesses.
"""

import json
from typing import Final

from airflow_provider_rekmedia.emulator.protocol.messages import Response
from airflow_provider_rekmedia.emulator.settings.denied_access import is_denied
from airflow_provider_rekmedia.emulator.settings.settings import DOCUMENTED_TPS, Settings

__all__ = ["list_quotas"]

_ACTION: Final = "servicequotas:ListServiceQuotas"
_CONTENT_TYPE: Final = "application/x-amz-json-1.1"
_DEFAULT_JOBS: Final = 20


def list_quotas(settings: Settings, region: str) -> Response:
    """
    List the quotas of the account in one page.

    :param region: of the request.
    """
    if is_denied(settings.denied_access, _ACTION):
        body = {"__type": "AccessDeniedException", "Message": f"User is not authorized to perform: {_ACTION}"}
        return Response(400, json.dumps(body), _CONTENT_TYPE)
    named: dict[str, float] = {
        f"Transactions per second per account for the operation {operation}": limit
        for limits in (DOCUMENTED_TPS, settings.tps)
        for operation, limit in limits.items()
    }
    named["Concurrent bulk image analysis jobs per account"] = settings.max_active_jobs or _DEFAULT_JOBS
    quotas = [
        {
            "ServiceCode": "rekognition",
            "QuotaName": name,
            "QuotaCode": f"L-{number:08}",
            "QuotaArn": f"arn:aws:servicequotas:{region}:123456789012:rekognition/L-{number:08}",
            "Value": float(value),
        }
        for number, (name, value) in enumerate(named.items())
    ]
    return Response(200, json.dumps({"Quotas": quotas}), _CONTENT_TYPE)
