"""The questions are consistent with the code that handles them, with the emulator, and with the docs."""

import dataclasses
import re
import runpy

import pytest
from architecture.inventory import PACKAGE, ROOT, SOURCES

from airflow_provider_rekmedia.core.facts.catalog import FACTS, SECTIONS, answer
from airflow_provider_rekmedia.core.facts.fact import Settled
from airflow_provider_rekmedia.core.facts.settled import SETTLED
from airflow_provider_rekmedia.emulator.settings.undocumented_behavior import UndocumentedBehavior

NAMED = re.compile(r"unknown: ([a-z0-9-]+(?:, [a-z0-9-]+)*)\)")
CODE = [path for path in SOURCES if not path.is_relative_to(PACKAGE / "core" / "facts")]
RENDER = runpy.run_path(str(ROOT / ".ci" / "render_unknowns.py"))


def ids_in(text):
    """Return the ids that comments and docstrings name; a list may continue on the next line."""
    joined = re.sub(r"\n\s*(?:#:?)?\s*", " ", text)
    return {name for names in NAMED.findall(joined) for name in names.split(", ")}


def named_ids():
    return {name for path in CODE for name in ids_in(path.read_text())}


def test_an_id_is_found_across_lines():
    assert ids_in("x (unknown: a-b,\n    c-d)") == {"a-b", "c-d"}
    assert ids_in("#: x (unknown:\n#: a-b)") == {"a-b"}


def test_every_id_that_code_names_exists():
    assert not named_ids() - set(FACTS)


def test_every_question_is_named_by_code_or_says_why_not():
    unnamed = {fact.id for fact in FACTS.values() if fact.unnamed}

    assert set(FACTS) - named_ids() == unnamed


def test_ids_are_unique():
    assert len(FACTS) == sum(len(section) for section in SECTIONS.values())


def test_every_guess_of_the_emulator_belongs_to_one_question():
    switches = [fact.switch for fact in FACTS.values() if fact.switch]

    assert sorted(switches) == sorted(field.name for field in dataclasses.fields(UndocumentedBehavior))


def test_every_folder_exists():
    folders = {folder for fact in FACTS.values() for folder in fact.folders}

    assert not [folder for folder in folders if not (PACKAGE / folder).is_dir()]


def test_settled_answers_are_to_questions_that_exist():
    assert set(SETTLED) <= set(FACTS)


def test_an_open_question_has_no_answer():
    assert answer("first-line-number", {}) is None


def test_a_settled_answer_can_be_read():
    settled = {"first-line-number": Settled(answer="0", evidence="one job", as_of="2026-12-01")}

    assert answer("first-line-number", settled) == "0"


def test_an_unknown_id_is_an_error():
    with pytest.raises(KeyError):
        answer("no-such-question")


def test_the_page_is_generated_from_the_questions():
    page = (ROOT / "docs/reference/unknowns.md").read_text()

    assert page == RENDER["render_page"](), "run make unknowns"


def test_the_page_lists_settled_answers():
    settled = {"first-line-number": Settled(answer="0", evidence="one job", as_of="2026-12-01")}

    page = RENDER["render_page"](settled)

    assert "| Do line numbers start at 0 or 1? | 0 | one job | 2026-12-01 |" in page
