"""What a statement of reasons about a blocked image needs."""

import json
import re

from core.review.items import NOON
from core.review.rows import row

from airflow_provider_rekmedia.core.review.decision_record import pseudonym
from airflow_provider_rekmedia.core.review.statement import encode_statement, statement_of


def stated(image, reviewer=None):
    return json.loads(encode_statement(statement_of(image, at=NOON, reviewer=reviewer, salt="salt")))


def test_a_decision_of_the_policy_is_automated():
    statement = stated(row(verdict="block"))

    assert (statement["decided_by"], statement["reviewer"]) == ("policy", None)
    assert (statement["automated_detection"], statement["own_initiative"]) == (True, True)
    assert statement["decision_date"] == "2026-11-20T12:00:00Z"
    assert statement["labels"][0]["name"] == "Smoking"


def test_a_person_has_a_pseudonym():
    assert stated(row(decided_by="person"), "ann")["reviewer"] == pseudonym("ann", "salt")


def test_the_id_fits_the_transparency_database_and_depends_on_the_bytes():
    ids = {stated(image)["puid"] for image in (row(), row(etag="other"), row(etag=None))}

    assert len(ids) == 3
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,500}", puid) for puid in ids)
