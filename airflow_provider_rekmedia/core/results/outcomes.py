"""What became of a job's images: a batch of results, and of images that have none."""

from collections.abc import Sequence
from dataclasses import dataclass

from .image_result import ImageResult

__all__ = ["ImageFailure", "Outcomes"]


@dataclass(frozen=True, slots=True)
class ImageFailure:
    """
    An image, or a line of a file, that has no result.

    :param uri: As the manifest had it; ``None`` where nobody can say.
    :param code: The service's, or one of :mod:`image_failure` for what no file accounts for.
    :param line_number: As the file counts; ``None`` where it gave none.
    :param lines: For how many lines of the manifest it stands. None for a damaged line of the results when
        nothing tells its image: that image is among the unaccounted. Several where nobody can name them.
    """

    uri: str | None
    code: str
    message: str
    line_number: int | None = None
    lines: int = 1

    @property
    def is_line(self) -> bool:
        """Whether it stands for any."""
        return self.lines > 0


@dataclass(frozen=True, slots=True)
class Outcomes:
    """A part of a job's images; over all parts, each line of the manifest comes once."""

    results: Sequence[ImageResult] = ()
    failures: Sequence[ImageFailure] = ()
