"""The bulk jobs that ``verify`` starts: their manifests and their requests."""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from airflow_provider_rekmedia.core.images.manifest import encode_manifest_line
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["EXTRA_KEY", "Experiment", "Line", "image_uri", "plan_experiments"]

#: An additional key of one manifest line.
EXTRA_KEY: Final = "rekmedia-extra"
_BOM: Final = b"\xef\xbb\xbf"
_MISSING: Final = "missing.png"


@dataclass(frozen=True, slots=True)
class Line:
    """
    One line of a manifest.

    :param role: Why it is in the manifest.
    :param uri: The image; ``None`` for a line that names none.
    :param body: The bytes, with the newline.
    """

    role: str
    uri: str | None
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """
    One bulk job.

    :param name: Part of its keys.
    :param lines: The manifest; ``None`` if no manifest is written.
    :param output: The output prefix, as it is sent.
    :param starts: How often it is started at most: a token that AWS forgets starts it again.
    :param members: Members of the request that replace the usual ones.
    """

    name: str
    lines: tuple[Line, ...] | None
    output: str
    starts: int = 1
    members: dict[str, Any] = field(default_factory=dict)

    @property
    def images(self) -> int:
        """The most images that it can be billed for."""
        return self.starts * sum(line.uri is not None for line in self.lines or ())

    @property
    def manifest(self) -> bytes:
        """The bytes of the manifest."""
        return b"".join(line.body for line in self.lines or ())

    def uri_of(self, role: str) -> str | None:
        """Return the image of the first line with this role."""
        return next((line.uri for line in self.lines or () if line.role == role), None)

    def index_of(self, role: str) -> int:
        """Return the 0-based position of the first line with this role; blank lines count."""
        return next(index for index, line in enumerate(self.lines or ()) if line.role == role)

    def encode_request(self, prefix: S3Uri) -> dict[str, Any]:
        """
        Encode the arguments of ``start_media_analysis_job``, except the token.

        It is not ``core.jobs.request``, which avoids what these jobs try.
        """
        manifest = {"Bucket": prefix.bucket, "Name": f"{prefix.key}{self.name}.jsonl"}
        return {
            "JobName": f"rekmedia-verify-{self.name}",
            "OperationsConfig": {"DetectModerationLabels": {}},
            "Input": {"S3Object": manifest},
            "OutputConfig": {"S3Bucket": prefix.bucket, "S3KeyPrefix": self.output},
        } | self.members


def image_uri(prefix: S3Uri, name: str) -> S3Uri:
    """Return where an image of ``verify`` is."""
    return prefix.join(f"images/{name}")


def plan_experiments(prefix: S3Uri, run_id: str, project_version: str | None) -> dict[str, Experiment]:
    """
    Plan all jobs.

    :param prefix: What ``verify`` writes is below it.
    :param run_id: Hexadecimal digits; a bucket with them in its name does not exist.
    :param project_version: ARN of an adapter; ``None`` plans no job with one.
    """
    one = (_image(prefix, "plain", "plain-0.png"),)
    settings = {"DetectModerationLabels": {"MinConfidence": 0.0}}
    planned = [
        Experiment(name="mixed", lines=_mixed_lines(prefix), output=f"{prefix.key}out-mixed"),
        Experiment(
            name="slash",
            lines=_bom_lines(prefix),
            output=f"{prefix.key}out-slash/",
            members={"OperationsConfig": settings},
        ),
        Experiment(name="token", lines=one, output=f"{prefix.key}out-token", starts=4),
        Experiment(
            name="no-bucket",
            lines=one,
            output="out",
            starts=2,
            members={"OutputConfig": {"S3Bucket": f"rekmedia-no-bucket-{run_id}", "S3KeyPrefix": "out"}},
        ),
        Experiment(name="empty", lines=(), output=f"{prefix.key}out-empty"),
        Experiment(name="no-manifest", lines=None, output=f"{prefix.key}out-no-manifest"),
        Experiment(
            name="bad-name", lines=one, output=f"{prefix.key}out-bad-name", members={"JobName": "a bad name!"}
        ),
        Experiment(
            name="slot", lines=(Line("slot", None, _line(prefix, _MISSING)),), output=f"{prefix.key}out-slot"
        ),
    ]
    if project_version is not None:
        adapter = {"DetectModerationLabels": {"ProjectVersion": project_version}}
        members = {"OperationsConfig": adapter}
        output = f"{prefix.key}out-adapter"
        planned.append(Experiment(name="adapter", lines=one, output=output, members=members))
    return {experiment.name: experiment for experiment in planned}


def _mixed_lines(prefix: S3Uri) -> tuple[Line, ...]:
    extra = {"source-ref": str(image_uri(prefix, "plain-2.png")), EXTRA_KEY: "extra"}
    return (
        _image(prefix, "plain", "plain-0.png"),
        _image(prefix, "missing", _MISSING),
        _image(prefix, "duplicate", "plain-1.png"),
        _image(prefix, "duplicate", "plain-1.png"),
        Line("blank", None, b"\n"),
        Line("not JSON", None, b"this is not JSON\n"),
        _image(prefix, "wrong format", "wrong-format.jpg"),
        _image(prefix, "too small", "too-small.png"),
        _image(prefix, "truncated", "truncated.png"),
        _image(prefix, "odd key", "odd key+%20é (1).png"),
        Line("extra key", extra["source-ref"], json.dumps(extra).encode() + b"\n"),
        *(_image(prefix, "plain", f"plain-{number}.png") for number in range(3, 8)),
    )


def _bom_lines(prefix: S3Uri) -> tuple[Line, ...]:
    first, *others = (_image(prefix, "plain", f"plain-{number}.png") for number in (0, 3, 4, 5))
    return (Line("byte order mark", first.uri, _BOM + first.body), *others)


def _image(prefix: S3Uri, role: str, name: str) -> Line:
    return Line(role, str(image_uri(prefix, name)), _line(prefix, name))


def _line(prefix: S3Uri, name: str) -> bytes:
    return encode_manifest_line(image_uri(prefix, name))
