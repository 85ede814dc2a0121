"""
The answer of a person to one review queue, as the page sends it.

Each image has one letter, in the order of the queue. An answer is untrusted: Airflow stores any mapping.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final, Self

import msgspec

__all__ = ["Answer", "AnswerProblem", "LabelJudgement", "ReviewDecision", "letters_of", "parse_answer"]

_MAX_NUMBER: Final = 10**9
_MAX_LABELS: Final = 100
_MAX_LABEL_CHARS: Final = 200


class ReviewDecision(StrEnum):
    """What a person decides about one image."""

    #: One character that stands for the decision in an answer.
    letter: str

    def __new__(cls, value: str, letter: str) -> Self:
        """Create a member with its letter as an attribute."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.letter = letter
        return member

    ALLOW = "allow", "a"
    BLOCK = "block", "b"
    #: Nobody may touch this image; it disappears from everything but the audit trail.
    ESCALATE = "escalate", "e"
    #: Undecided; the image comes back in the next run.
    SKIP = "skip", "s"


_BY_LETTER: Final = {decision.letter: decision for decision in ReviewDecision}

_Count = Annotated[int, msgspec.Meta(ge=0, le=_MAX_NUMBER)]
_LabelName = Annotated[str, msgspec.Meta(min_length=1, max_length=_MAX_LABEL_CHARS)]


class LabelJudgement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    What a person says about the labels of one image.

    :param wrong: 0-based indexes of the labels that are wrong.
    :param missing: Names of labels that the service did not find.
    """

    wrong: Annotated[tuple[_Count, ...], msgspec.Meta(max_length=_MAX_LABELS)] = ()
    missing: Annotated[tuple[_LabelName, ...], msgspec.Meta(max_length=_MAX_LABELS)] = ()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """
    One answer that can be used.

    :param decisions: One for each image, in the order of the queue.
    :param seconds: Time on the page, seconds.
    :param revealed: Images whose picture was revealed.
    :param labels: By 0-based index of the image; only images with something to say.
    """

    decisions: tuple[ReviewDecision, ...]
    seconds: int = 0
    revealed: int = 0
    labels: Mapping[int, LabelJudgement] = msgspec.field(default_factory=dict)


class AnswerProblem(msgspec.Struct, frozen=True):
    """
    Why an answer cannot be used.

    :param text: One sentence for the person who answered.
    """

    text: str


#: The page sends so many digits of the checksum: Airflow keeps each answer in its audit log.
_SENT_DIGITS: Final = 32


class _Sent(msgspec.Struct, frozen=True):
    queue: str
    decisions: str
    seconds: _Count = 0
    revealed: _Count = 0
    labels: dict[str, LabelJudgement] = msgspec.field(default_factory=dict)


def parse_answer(params_input: object, checksum: str, items: int) -> Answer | AnswerProblem:
    """
    Parse what a person submitted. It never raises, whatever the value is.

    :param params_input: ``params_input`` of Airflow's answer; ``None`` if there is none.
    :param checksum: The checksum of the queue. The answer has it, or its first 32 digits.
    :param items: Number of images of the queue.
    """
    if not params_input:
        return AnswerProblem("The answer has no decisions. Open the review page, decide, and submit there.")
    try:
        sent = msgspec.convert(params_input, _Sent)
    except (msgspec.ValidationError, RecursionError, UnicodeError):
        return AnswerProblem("The answer cannot be read. Open the review page, decide, and submit there.")
    if problem := _problem_of(sent, checksum, items):
        return AnswerProblem(f"{problem} Reload the review page, and submit again.")
    return Answer(
        decisions=tuple([_BY_LETTER[letter] for letter in sent.decisions]),
        seconds=sent.seconds,
        revealed=sent.revealed,
        labels={int(index): judged for index, judged in sent.labels.items()},
    )


def _problem_of(sent: _Sent, checksum: str, items: int) -> str | None:
    if sent.queue not in (checksum, checksum[:_SENT_DIGITS]):
        return "The answer is for another queue."
    if not _BY_LETTER.keys() >= set(sent.decisions):
        return "The answer has an unknown letter."
    if len(sent.decisions) != items:
        return f"The answer has {len(sent.decisions):,} decisions, but the queue has {items:,} images."
    if not all(_is_index(index, items) for index in sent.labels):
        return "The answer has labels of an unknown image."
    if not all(_is_text(name) for judged in sent.labels.values() for name in judged.missing):
        return "The answer has a label that is no text."
    return None


def letters_of(decisions: tuple[ReviewDecision, ...]) -> str:
    """Return the letters of decisions: the inverse of the field ``decisions`` of an answer."""
    return "".join([decision.letter for decision in decisions])


def _is_text(name: str) -> bool:
    """Whether UTF-8 can encode a text. JSON may contain half of a surrogate pair."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _is_index(text: str, items: int) -> bool:
    """Whether text is the index of an image, as :class:`str` writes it."""
    return text.isascii() and text.isdigit() and str(int(text[:10])) == text and int(text) < items
