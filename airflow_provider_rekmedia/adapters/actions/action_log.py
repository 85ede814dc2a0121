"""
The action log of one task: parts below a prefix, each one object that never changes.

Actions run in batches. Before the first change of a batch, its intents are written as one part; after the
batch, its outcomes are. A kill loses the outcomes of one batch at most. The next try repeats its actions.
"""

import uuid
from collections.abc import Iterator, Sequence
from typing import Final

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.actions.action_record import (
    ActionIntent,
    ActionLogHeader,
    ActionOutcome,
    decode_header,
    decode_intents,
    decode_outcomes,
    encode_header,
    encode_records,
    kept_outcome,
)
from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.s3_uri import S3Uri

__all__ = ["ActionLog"]

_HEADER: Final = "log.json"
_INTENTS: Final = "intents"
_OUTCOMES: Final = "outcomes"
_JSONL: Final = "application/jsonl"


class ActionLog:
    """
    One action log.

    :param folder: Its prefix. The XCom ``action_log`` is this uri.
    """

    def __init__(self, objects: S3Objects, folder: S3Uri) -> None:
        self._objects = objects
        self.folder = folder
        #: Names of the parts by number of the batch: a few for each batch.
        self._parts: dict[int, list[S3Uri]] = {}

    def open(self, header: ActionLogHeader) -> ActionLogHeader:
        """
        Write the header if there is none, and list what earlier tries wrote.

        :return: The header that counts: that of the first try.
        :raises UnreadableActionLog: The header of an earlier try is damaged.
        """
        uri = self.folder.join(_HEADER)
        body = self._objects.read_or_none(uri)
        if body is None:
            self._objects.put(uri, encode_header(header), "application/json")
        else:
            header = decode_header(body, str(uri))
            self._list_parts()
        return header

    def read_header(self) -> ActionLogHeader:
        """
        Read the header of a log.

        :raises InvalidArgument: There is no log.
        :raises UnreadableActionLog: It is damaged.
        """
        uri = self.folder.join(_HEADER)
        body = self._objects.read_or_none(uri)
        if body is None:
            problem = "there is no action log; pass the XCom action_log of the task to undo"
            raise InvalidArgument(argument="undo", value=str(self.folder), problem=problem)
        return decode_header(body, str(uri))

    def iter_outcomes(self) -> Iterator[ActionOutcome]:
        """
        Return the outcome of each action, lazily, in the order of the plan.

        :raises UnreadableActionLog: A part is damaged.
        """
        self._list_parts()
        for batch in sorted(self._parts):
            outcomes = self.read_outcomes(batch)
            yield from (outcomes[number] for number in sorted(outcomes))

    def read_outcomes(self, batch: int) -> dict[int, ActionOutcome]:
        """
        Read the outcome that counts for each action of a batch, by number.

        :raises UnreadableActionLog: A part is damaged.
        """
        outcomes: dict[int, ActionOutcome] = {}
        for uri in self._parts_of(batch, _OUTCOMES):
            for outcome in decode_outcomes(self._objects.read(uri), str(uri)):
                number = outcome.action.number
                outcomes[number] = kept_outcome(outcomes.get(number), outcome)
        return outcomes

    def read_intents(self, batch: int) -> dict[int, ActionIntent]:
        """
        Read the first intent for each action of a batch, by number.

        :raises UnreadableActionLog: A part is damaged.
        """
        intents: dict[int, ActionIntent] = {}
        for uri in self._parts_of(batch, _INTENTS):
            for intent in decode_intents(self._objects.read(uri), str(uri)):
                known = intents.get(intent.action.number)
                if known is None or intent.at < known.at:
                    intents[intent.action.number] = intent
        return intents

    def write_intents(self, batch: int, intents: Sequence[ActionIntent]) -> None:
        """Write what will be done."""
        self._put(batch, _INTENTS, encode_records(intents))

    def write_outcomes(self, batch: int, outcomes: Sequence[ActionOutcome]) -> None:
        """Write how it ended."""
        self._put(batch, _OUTCOMES, encode_records(outcomes))

    def _put(self, batch: int, kind: str, body: bytes) -> None:
        # The random part keeps the parts of tries, and of two workers at the same time, apart.
        name = f"parts/{batch:08d}-{kind}-{uuid.uuid4().hex[:12]}.jsonl"
        self._objects.put(self.folder.join(name), body, _JSONL)

    def _parts_of(self, batch: int, kind: str) -> list[S3Uri]:
        return [uri for uri in self._parts.get(batch, ()) if f"-{kind}-" in uri.key.rpartition("/")[2]]

    def _list_parts(self) -> None:
        self._parts.clear()
        for found in self._objects.iter_objects(self.folder.join("parts/")):
            number = found.uri.key.rpartition("/")[2].partition("-")[0]
            if number.isdigit():
                self._parts.setdefault(int(number), []).append(found.uri)
