"""What tasks tell OpenLineage; nothing, where its provider is not installed."""

from collections.abc import Iterable
from typing import Any

__all__ = ["lineage_of"]


def lineage_of(inputs: Iterable[str], outputs: Iterable[str]) -> Any:
    """
    Make the facets of a task that has read and written objects or prefixes.

    :param inputs: ``s3://`` uris, in any order; each is told once.
    :param outputs: Likewise.
    :return: An ``OperatorLineage`` with datasets named as OpenLineage names those of S3: namespace
        ``s3://bucket``, name the key. Source: https://openlineage.io/docs/spec/naming
    """
    from airflow.providers.openlineage.extractors.base import OperatorLineage  # noqa: PLC0415 calls us

    return OperatorLineage(
        inputs=list(map(_dataset, dict.fromkeys(inputs))), outputs=list(map(_dataset, dict.fromkeys(outputs)))
    )


def _dataset(uri: str) -> Any:
    from airflow.providers.common.compat.openlineage.facet import Dataset  # noqa: PLC0415 likewise

    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return Dataset(namespace=f"s3://{bucket}", name=key or "/")
