#!/usr/bin/env python3
"""Write docs/reference/unknowns.md from the questions in ``airflow_provider_rekmedia.core.facts``."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from airflow_provider_rekmedia.core.facts.catalog import FACTS, SECTIONS
from airflow_provider_rekmedia.core.facts.fact import Fact, Settled
from airflow_provider_rekmedia.core.facts.settled import SETTLED

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "unknowns.md"

INTRO = """\
# Unknowns

<!-- This page is generated: change airflow_provider_rekmedia/core/facts, and run `make unknowns`. -->

This page lists what AWS does not document, and how the package behaves so that it works either way. You need
it if you debug a difference between AWS and this package, or if you can correct it.

**If you have an AWS account**, [`verify`](verify.md) answers the questions that are marked with ✓, for a few
cents. Please send us what it writes: [CONTRIBUTING](../../CONTRIBUTING.md#facts-about-aws) says how an answer
becomes settled.

Code that handles several answers names the id of the question in a comment: search for `(unknown: ID)`. *In*
is the folder with the code. *Switch* is the setting of the emulator that simulates the answers: see
[its guesses](emulator.md#guesses).
"""


def render_page(settled: Mapping[str, Settled] = SETTLED) -> str:
    """
    Render the page.

    :param settled: The settled answers by the id of their question.
    """
    parts = [INTRO, *_iter_settled(settled)]
    for title, facts in SECTIONS.items():
        parts.append(f"## {title}\n")
        rows = "".join(_render_row(fact) for fact in facts)
        head = (
            "| question | what the package does | id | `verify` | switch | in |\n|---|---|---|---|---|---|\n"
        )
        parts.append(f"{head}{rows}")
    return "\n".join(parts)


def _iter_settled(settled: Mapping[str, Settled]) -> Iterator[str]:
    yield "## Settled\n"
    if not settled:
        yield "No answer is settled yet.\n"
        return
    rows = "".join(
        f"| {FACTS[fact_id].question} | {each.answer} | {each.evidence} | {each.as_of} |\n"
        for fact_id, each in sorted(settled.items())
    )
    yield f"| question | answer | evidence | as of |\n|---|---|---|---|\n{rows}"


def _render_row(fact: Fact) -> str:
    cells = (
        fact.question,
        fact.behavior,
        f"`{fact.id}`",
        "✓" if fact.is_asked else "",
        f"`{fact.switch}`" if fact.switch else "",
        ", ".join(f"`{folder}`" for folder in fact.folders),
    )
    return f"| {' | '.join(cells)} |\n"


def main() -> int:
    """Write the page; return the exit status."""
    PAGE.write_text(render_page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
