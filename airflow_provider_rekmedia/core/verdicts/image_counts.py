"""How many images of a run have each outcome and each verdict."""

from dataclasses import dataclass

__all__ = ["ImageCounts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageCounts:
    """
    Images by verdict, and how many of them were not analyzed.

    Each line of a manifest has one verdict. Images that were not analyzed have the verdict of the policy's
    ``not_analyzed``.

    :param allow: Images with the verdict ``allow``.
    :param review: Images with the verdict ``review``.
    :param block: Images with the verdict ``block``.
    :param failed: Images with an error.
    :param unaccounted: Images with neither a result nor an error.
    """

    allow: int
    review: int
    block: int
    failed: int
    unaccounted: int

    @property
    def analyzed(self) -> int:
        """Images with a result."""
        return self.images - self.not_analyzed

    @property
    def flagged(self) -> int:
        """Images that are not allowed: with the verdict ``review`` or ``block``."""
        return self.review + self.block

    @property
    def not_analyzed(self) -> int:
        """Images without a result."""
        return self.failed + self.unaccounted

    @property
    def images(self) -> int:
        """Lines of the manifests."""
        return self.allow + self.review + self.block

    def as_dict(self) -> dict[str, int]:
        """Return the value of the XCom ``counts``; its keys and their order are documented."""
        return {
            "images": self.images,
            "analyzed": self.analyzed,
            "flagged": self.flagged,
            "allow": self.allow,
            "review": self.review,
            "block": self.block,
            "failed": self.failed,
            "unaccounted": self.unaccounted,
        }
