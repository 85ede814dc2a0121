"""What AWS says about the account: who calls, and which quotas it has."""

from collections.abc import Iterator
from typing import Any

from .refusals import refusals_of

__all__ = ["fetch_identity", "iter_quotas"]


def fetch_identity(client: Any) -> str:
    """
    Return the ARN of the identity that calls.

    :param client: Of STS. The call needs no permission.
    :raises ServiceError: AWS refused, for instance because the credentials are wrong.
    """
    with refusals_of("GetCallerIdentity"):
        arn: str = client.get_caller_identity()["Arn"]
    return arn


def iter_quotas(client: Any) -> Iterator[tuple[str, float]]:
    """
    Yield the name and the value of each quota of Rekognition in the region, as the account has them.

    :param client: Of Service Quotas.
    :raises ServiceError: AWS refused.
    """
    page: dict[str, Any] = {}
    while True:
        with refusals_of("ListServiceQuotas"):
            response = client.list_service_quotas(ServiceCode="rekognition", **page)
        yield from ((quota["QuotaName"], float(quota["Value"])) for quota in response["Quotas"])
        if not response.get("NextToken"):
            return
        page = {"NextToken": response["NextToken"]}
