"""The Markdown pages, taken apart: headings, links, tables, code."""

import re
from pathlib import Path

from architecture.inventory import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

_FENCE = re.compile(r"^( *)```.*?^\1```$", re.DOTALL | re.MULTILINE)


def read(page: str) -> str:
    """Read a page by its path in the repository."""
    return (ROOT / page).read_text()


def without_code(text: str) -> str:
    """Take the fenced blocks out."""
    return _FENCE.sub("", text)


def section(page: str, heading: str) -> str:
    """Give what follows a heading, up to the next of any level."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", read(page), re.DOTALL | re.MULTILINE)
    assert found, f"{page} has no heading {heading!r}"
    return found[1]


def rows(text: str) -> list[list[str]]:
    """Give the cells of all tables, head and ruler left out."""
    tables = re.findall(r"(?:^\|.*\|$\n?)+", text, re.MULTILINE)
    return [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for table in tables
        for line in table.strip().splitlines()[2:]
    ]


def names(cell: str) -> list[str]:
    """Give what a cell has between backticks."""
    return re.findall(r"`([^`]+)`", cell)


def anchors(page: Path) -> set[str]:
    """Give the anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", without_code(page.read_text()), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)
    return set(plain)
