"""Describes the inputs and outputs of tasks for OpenLineage, if its provider is installed."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow_provider_rekmedia.adapters.results.tables import TableFile

__all__ = ["lineage_of"]


def lineage_of(inputs: Iterable[str], outputs: Iterable[str], tables: "Iterable[TableFile]" = ()) -> Any:
    """
    Create the facets of a task that read and wrote objects or prefixes.

    :param inputs: ``s3://`` uris, in any order; duplicates are removed.
    :param outputs: As *inputs*.
    :param tables: Files of tables that were written. Each table is one more output. Its name is its folder,
        so that it is the same in every run. It has the columns of the table, and the rows and bytes of the
        files.
    :return: An ``OperatorLineage`` with datasets named as OpenLineage names those of S3: namespace
        ``s3://bucket``, name the key. Source: https://openlineage.io/docs/spec/naming
    """
    from airflow.providers.openlineage.extractors.base import OperatorLineage  # noqa: PLC0415 only OpenLineage calls this

    files_of: dict[str, list[TableFile]] = {}
    for file in tables:
        files_of.setdefault(file.folder, []).append(file)
    return OperatorLineage(
        inputs=list(map(_dataset, dict.fromkeys(inputs))),
        outputs=[*map(_dataset, dict.fromkeys(outputs)), *map(_table, files_of.values())],
    )


def _dataset(uri: str) -> Any:
    from airflow.providers.common.compat.openlineage.facet import Dataset  # noqa: PLC0415 as above

    namespace, name = _namespace_and_name(uri)
    return Dataset(namespace=namespace, name=name)


def _table(files: "Sequence[TableFile]") -> Any:
    from airflow.providers.common.compat.openlineage import facet  # noqa: PLC0415 as above

    fields = [facet.SchemaDatasetFacetFields(name=name, type=kind) for name, kind in files[0].columns.items()]
    statistics = facet.OutputStatisticsOutputDatasetFacet(
        rowCount=sum(file.rows for file in files), size=sum(file.size_bytes for file in files)
    )
    namespace, name = _namespace_and_name(files[0].folder)
    return facet.OutputDataset(
        namespace=namespace,
        name=name,
        facets={"schema": facet.SchemaDatasetFacet(fields=fields)},
        outputFacets={"outputStatistics": statistics},
    )


def _namespace_and_name(uri: str) -> tuple[str, str]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return f"s3://{bucket}", key or "/"
