"""The permissions are those of the pages, which tests/services/actions compares with recorded calls."""

import re
from pathlib import Path

import pytest

from airflow_provider_rekmedia.core.actions.verb import Verb
from airflow_provider_rekmedia.core.preflight.verb_permissions import COMMON, PERMISSIONS

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("verb", Verb)
def test_a_verb_has_the_permissions_of_its_page(verb):
    page = (DOCS / f"actions/{verb}.md").read_text().partition("## Cost and IAM")[2]
    common = (DOCS / "operators/verdicts.md").read_text().partition("## IAM")[2]
    of_run = {"s3:ListBucket", "s3:PutObject"} & set(re.findall(r"`(s3:\w+)`", common))

    actions = {action for _, actions in (*COMMON, *PERMISSIONS[verb]) for action in actions}

    assert actions | of_run == set(re.findall(r"`(s3:\w+)`", page + common))
