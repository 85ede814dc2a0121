"""Joins the decisions of several people about the same bytes to one decision."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
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
    """
    The decisions about all images of a review. Its memory grows with the images that people reviewed.

    :param is_held: Whether an image, given as bucket, key and ETag, is held: somebody escalated it in another
        review.
    """

    def __init__(self, is_held: Callable[[str, str, str | None], bool] = lambda *_: False) -> None:
        self._is_held = is_held
        # By the bytes of the image, then by the id of the record.
        self._records: dict[str, dict[str, DecisionRecord]] = {}
        self._decided: dict[str, ReviewDecision | None] = {}

    def add(self, records: Iterable[DecisionRecord]) -> None:
        """Add decisions. A decision that is added twice counts once."""
        for record in records:
            key = bytes_key(record)
            self._records.setdefault(key, {}).setdefault(record.record_id, record)
            self._decided.pop(key, None)

    def of(self, image: VerdictRow | ReviewItem | DecisionRecord) -> ReviewDecision | None:
        """Return the decision about an image, or about another image with the same bytes."""
        key = bytes_key(image)
        if key not in self._records:
            return None
        if key not in self._decided:  # one image may have very many decisions and copies
            self._decided[key] = final_decision([record.decision for record in self._records[key].values()])
        return self._decided[key]

    def deciding_record(self, image: VerdictRow | ReviewItem | DecisionRecord) -> DecisionRecord | None:
        """Return the first record with the decision that counts; ``None`` if nobody decided."""
        decision = self.of(image)
        records = self._records.get(bytes_key(image), {})
        return next((record for record in records.values() if record.decision is decision), None)

    def is_hidden(self, record: DecisionRecord) -> bool:
        """Whether somebody escalated the image, in this review or in another one. No table may contain it."""
        is_escalated = self.of(record) is ReviewDecision.ESCALATE
        return is_escalated or self._is_held(record.bucket, record.key, record.etag)

    def iter_shown(self) -> Iterator[DecisionRecord]:
        """Return all records except those of hidden images, lazily."""
        for records in self._records.values():
            yield from (record for record in records.values() if not self.is_hidden(record))

    def count_doubles_by_same_person(self) -> int:
        """Count the images for double review about which one person made all decisions."""
        return sum(_is_double_by_same_person(records.values()) for records in self._records.values())

    def iter_disagreements(self, salt: str) -> Iterator[Disagreement]:
        """
        Return the images about which people decided differently, lazily; no hidden image.

        :param salt: Of the pseudonyms.
        """
        for records in self._records.values():
            made = [record for record in records.values() if record.decision is not ReviewDecision.SKIP]
            decision = final_decision([record.decision for record in made])
            differ = len({record.decision for record in made}) > 1
            if decision is not None and differ and not any(map(self.is_hidden, made)):
                yield _disagreement(made, decision, salt)


def _is_double_by_same_person(records: Iterable[DecisionRecord]) -> bool:
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
