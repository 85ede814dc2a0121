"""What tasks tell OpenLineage; nothing, where its provider is not installed."""

from collections.abc import Iterable, Sequence
from typing import Any

from airflow_provider_rekmedia.adapters.results.tables import TableFile

__all__ = ["lineage_of"]


def lineage_of(inputs: Iterable[str], outputs: Iterable[str], tables: Iterable[TableFile] = ()) -> Any:
    """
    Make the facets of a task that has read and written objects or prefixes.

    :param inputs: ``s3://`` uris, in any order; each is told once.
    :param outputs: Likewise.
    :param tables: Files of tables that were written. A table is an output, too, named by its folder, so that
        it is the same whichever files a run writes; with its columns, and with the rows and bytes of the
        files.
    :return: An ``OperatorLineage`` with datasets named as OpenLineage names those of S3: namespace
        ``s3://bucket``, name the key. Source: https://openlineage.io/docs/spec/naming
    """
    from airflow.providers.openlineage.extractors.base import OperatorLineage  # noqa: PLC0415 calls us

    files_of: dict[str, list[TableFile]] = {}
    for each in tables:
        files_of.setdefault(each.folder, []).append(each)
    return OperatorLineage(
        inputs=list(map(_dataset, dict.fromkeys(inputs))),
        outputs=[*map(_dataset, dict.fromkeys(outputs)), *map(_table, files_of.values())],
    )


def _dataset(uri: str) -> Any:
    from airflow.providers.common.compat.openlineage.facet import Dataset  # noqa: PLC0415 likewise

    namespace, name = _named(uri)
    return Dataset(namespace=namespace, name=name)


def _table(files: Sequence[TableFile]) -> Any:
    from airflow.providers.common.compat.openlineage import facet  # noqa: PLC0415 likewise

    fields = [facet.SchemaDatasetFacetFields(name=name, type=kind) for name, kind in files[0].columns.items()]
    statistics = facet.OutputStatisticsOutputDatasetFacet(
        rowCount=sum(file.rows for file in files), size=sum(file.size_bytes for file in files)
    )
    namespace, name = _named(files[0].folder)
    return facet.OutputDataset(
        namespace=namespace,
        name=name,
        facets={"schema": facet.SchemaDatasetFacet(fields=fields)},
        outputFacets={"outputStatistics": statistics},
    )


def _named(uri: str) -> tuple[str, str]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return f"s3://{bucket}", key or "/"
