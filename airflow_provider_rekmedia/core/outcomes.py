"""What became of a job's images: a batch of results, and of images that have none."""

from collections.abc import Sequence
from dataclasses import dataclass

from .results import ImageResult

__all__ = ["ImageFailure", "Outcomes"]


@dataclass(frozen=True, slots=True)
class ImageFailure:
    """
    An image, or a line of a file, that has no result.

    :param uri: As the manifest had it; ``None`` where nobody can say.
    :param code: The service's, or one of :mod:`image_failure` for what no file accounts for.
    :param line_number: As the file counts; ``None`` where it gave none.
    :param is_line: Whether it stands for a line of the manifest. A damaged line of the results does not when
        nothing tells its image: that image is among the unaccounted.
    """

    uri: str | None
    code: str
    message: str
    line_number: int | None = None
    is_line: bool = True


@dataclass(frozen=True, slots=True)
class Outcomes:
    """A part of a job's images; over all parts, each line of the manifest comes once."""

    results: Sequence[ImageResult] = ()
    failures: Sequence[ImageFailure] = ()
