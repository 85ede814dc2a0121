"""What learning reads of a decision, and which of several decisions about one image counts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from airflow_provider_rekmedia.core.review.answer import ReviewDecision
from airflow_provider_rekmedia.core.review.decision_record import DecisionRecord
from airflow_provider_rekmedia.core.review.queue import Sample
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

__all__ = ["ReviewedImage", "ReviewedImages", "reviewed_image"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedImage:
    """
    One decision of one person about one image.

    :param image: Identifies the bytes: the uri and the ETag. It is compared only, and in no number or text.
    :param rule: The rule of the policy that decided; ``""`` for an image without labels.
    :param verdict: The verdict of the policy.
    :param stratum: Of an audit image; otherwise ``""``.
    :param confidence: Percent; ``None`` without a label.
    :param reviewer: Identifies the person.
    """

    image: str
    rule: str
    verdict: Decision
    decision: ReviewDecision
    sample: Sample
    stratum: str = ""
    inclusion_probability: float = 1.0
    confidence: float | None = None
    reviewer: str

    @property
    def is_decided(self) -> bool:
        """Whether the person decided."""
        return self.decision is not ReviewDecision.SKIP

    @property
    def is_violation(self) -> bool:
        """Whether the person decided that the image must not be shown. An escalated image counts too."""
        return self.decision in {ReviewDecision.BLOCK, ReviewDecision.ESCALATE}


@dataclass(slots=True)
class ReviewedImages:
    """
    Decisions, so that each image counts once.

    :param by_image: The decision that counts for each image.
    :param doubles: Second decisions.
    """

    by_image: dict[str, ReviewedImage] = field(default_factory=dict)
    doubles: dict[str, ReviewedImage] = field(default_factory=dict)

    @classmethod
    def of(cls, decisions: Iterable[ReviewedImage]) -> "ReviewedImages":
        """
        Collect decisions.

        :param decisions: In order of time: a later decision replaces an earlier one, but no decision replaces
            none.
        """
        images = cls()
        for decision in decisions:
            place = images.doubles if decision.sample is Sample.DOUBLE else images.by_image
            if decision.is_decided or decision.image not in place:
                place[decision.image] = decision
        return images

    @property
    def decided(self) -> list[ReviewedImage]:
        """The images that somebody decided about; second decisions are left out."""
        return [image for image in self.by_image.values() if image.is_decided]

    @property
    def pairs(self) -> list[tuple[bool, bool]]:
        """Whether the first and the second person blocked, for images that two people decided about."""
        return [
            (first.is_violation, second.is_violation)
            for first, second in self._iter_double_decisions()
            if first.reviewer != second.reviewer
        ]

    @property
    def doubles_by_same_person(self) -> int:
        """The images for double review with two decisions of one person, which are no second opinion."""
        return sum(first.reviewer == second.reviewer for first, second in self._iter_double_decisions())

    def _iter_double_decisions(self) -> Iterator[tuple[ReviewedImage, ReviewedImage]]:
        for image, second in self.doubles.items():
            first = self.by_image.get(image)
            if first and first.is_decided and second.is_decided:
                yield first, second


def reviewed_image(record: DecisionRecord) -> ReviewedImage:
    """Return what learning reads of a record of the audit trail."""
    return ReviewedImage(
        image=f"{record.uri} {record.etag}",
        rule=record.rule or "",
        verdict=record.verdict_before,
        decision=record.decision,
        sample=record.sample,
        stratum=record.stratum or "",
        inclusion_probability=record.inclusion_probability,
        confidence=record.confidence,
        reviewer=record.reviewer,
    )
