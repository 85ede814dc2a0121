"""
What a statement of reasons about a blocked image needs, as far as this package knows it.

The statement itself (which restriction, on which legal or contractual ground, how to object) is the user's:
see Article 17 of Regulation (EU) 2022/2065.
"""

from datetime import datetime
from hashlib import sha256
from typing import Annotated, Literal

import msgspec

from airflow_provider_rekmedia.core.verdicts.verdict_file import DecidedBy, VerdictLabel, VerdictRow

from .decision_record import pseudonym

__all__ = ["Statement", "encode_statement", "statement_of"]

_AwareUtc = Annotated[datetime, msgspec.Meta(tz=True)]
_DIGITS = 40


class Statement(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """
    One blocked image.

    :param puid: A unique id for the transparency database: letters and digits. The same bytes of the same
        key have the same id.
    :param content_date: When the object was last modified, at the listing.
    :param decided_by: ``policy`` is a decision by automated means alone.
    :param reviewer: A pseudonym; ``None`` if the policy decided.
    """

    version: Literal[1] = 1
    puid: str
    uri: str
    etag: str | None
    content_type: Literal["image"] = "image"
    content_date: _AwareUtc | None
    decision_date: _AwareUtc
    own_initiative: Literal[True] = True
    automated_detection: Literal[True] = True
    decided_by: DecidedBy
    reviewer: str | None
    rule: str
    labels: tuple[VerdictLabel, ...]
    policy: str | None
    policy_digest: str
    model_version: str | None
    dag_id: str
    run_id: str
    job_id: str | None


def statement_of(row: VerdictRow, *, at: datetime, reviewer: str | None, salt: str) -> Statement:
    """
    Return what is known about a blocked image.

    :param at: When the verdict became final, aware, UTC.
    :param reviewer: Id of the person who decided; ``None`` if the policy did.
    :param salt: Of the pseudonym.
    """
    identity = f"{row.uri}\n{row.etag or ''}"
    return Statement(
        puid=sha256(identity.encode()).hexdigest()[:_DIGITS],
        uri=row.uri,
        etag=row.etag,
        content_date=row.last_modified,
        decision_date=at,
        decided_by=row.decided_by,
        reviewer=None if reviewer is None else pseudonym(reviewer, salt),
        rule=row.rule,
        labels=row.labels,
        policy=row.policy,
        policy_digest=row.policy_digest,
        model_version=row.model_version,
        dag_id=row.dag_id,
        run_id=row.run_id,
        job_id=row.job_id,
    )


def encode_statement(statement: Statement) -> bytes:
    """Encode one line, with its newline."""
    return msgspec.json.encode(statement) + b"\n"
