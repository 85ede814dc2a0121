"""Joins the decisions of several people about the same bytes to one decision."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Annotated, Final

import msgspec

from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictRow

from .answer import ReviewDecision
from .decision_record import DecisionRecord, pseudonym
from .queue import ReviewItem, Sample
from .same_bytes import bytes_key

__all__ = ["Disagreement", "FinalDecisions", "Opinion", "final_decision"]

_AwareUtc = Annotated[datetime, msgspec.Meta(tz=True)]
#: From safe to unsafe.
_SAFETY: Final = (ReviewDecision.ESCALATE, ReviewDecision.BLOCK, ReviewDecision.ALLOW)
_MAJORITY_OF: Final = 3


class Opinion(msgspec.Struct, frozen=True):
    """
    What one person decided about an image of a disagreement.

    :param reviewer: A pseudonym.
    """

    reviewer: str
    decision: ReviewDecision
    at: _AwareUtc


class Disagreement(msgspec.Struct, frozen=True, kw_only=True):
    """
    An image about which people decided differently.

    :param decision: The decision that counts.
    """

    uri: str
    bucket: str
    key: str
    etag: str | None
    rule: str | None
    decision: ReviewDecision
    opinions: tuple[Opinion, ...]


def final_decision(decisions: Sequence[ReviewDecision]) -> ReviewDecision | None:
    """
    Return the decision that counts; ``None`` if nobody decided.

    One escalation is enough. Otherwise, of three or more decisions, more than half win. Without such a
    majority, the safer decision counts.
    """
    made = [decision for decision in decisions if decision is not ReviewDecision.SKIP]
    if ReviewDecision.ESCALATE not in made and len(made) >= _MAJORITY_OF:
        decision, votes = Counter(made).most_common(1)[0]
        if 2 * votes > len(made):
            return decision
    return next((decision for decision in _SAFETY if decision in made), None)


class FinalDecisions:
    """The decisions about all images of a review. Its memory grows with the images that people reviewed."""

    def __init__(self) -> None:
        self._records: dict[str, list[DecisionRecord]] = {}

    def add(self, records: Iterable[DecisionRecord]) -> None:
        """Add decisions. A decision that is added twice counts once."""
        for record in records:
            known = self._records.setdefault(bytes_key(record), [])
            if all(record.record_id != other.record_id for other in known):
                known.append(record)

    def of(self, image: VerdictRow | ReviewItem | DecisionRecord) -> ReviewDecision | None:
        """Return the decision about an image, or about another image with the same bytes."""
        records = self._records.get(bytes_key(image), ())
        return final_decision([record.decision for record in records])

    def deciding_record(self, image: VerdictRow | ReviewItem | DecisionRecord) -> DecisionRecord | None:
        """Return the first record with the decision that counts; ``None`` if nobody decided."""
        decision = self.of(image)
        records = self._records.get(bytes_key(image), ())
        return next((record for record in records if record.decision is decision), None)

    def iter_shown(self) -> Iterator[DecisionRecord]:
        """Return all records except those of escalated images, which no table may contain; lazily."""
        for records in self._records.values():
            if self.of(records[0]) is not ReviewDecision.ESCALATE:
                yield from records

    def count_doubles_by_same_person(self) -> int:
        """Count the images for double review about which one person made all decisions."""
        return sum(map(_is_double_by_same_person, self._records.values()))

    def iter_disagreements(self, salt: str) -> Iterator[Disagreement]:
        """
        Return the images about which people decided differently, lazily; no escalated image.

        :param salt: Of the pseudonyms.
        """
        for records in self._records.values():
            made = [record for record in records if record.decision is not ReviewDecision.SKIP]
            decision = self.of(records[0])
            if decision is None or decision is ReviewDecision.ESCALATE:
                continue
            if len({record.decision for record in made}) > 1:
                yield _disagreement(made, decision, salt)


def _is_double_by_same_person(records: Sequence[DecisionRecord]) -> bool:
    made = [record for record in records if record.decision is not ReviewDecision.SKIP]
    samples = {record.sample is Sample.DOUBLE for record in made}
    return len(samples) > 1 and len({record.reviewer for record in made}) == 1


def _disagreement(records: Sequence[DecisionRecord], decision: ReviewDecision, salt: str) -> Disagreement:
    first = records[0]
    return Disagreement(
        uri=first.uri,
        bucket=first.bucket,
        key=first.key,
        etag=first.etag,
        rule=first.rule,
        decision=decision,
        opinions=tuple(
            [Opinion(pseudonym(record.reviewer, salt), record.decision, record.at) for record in records]
        ),
    )
