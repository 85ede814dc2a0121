"""Reads Markdown pages: headings, links, tables, and the names of modules."""

import re
from pathlib import Path

from architecture.inventory import NAME, PACKAGE, ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/*.md")])

#: The package's top folders, which a page may name without the package.
FOLDERS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))

_FENCE = re.compile(r"^( *)```.*?^\1```$", re.DOTALL | re.MULTILINE)
#: ``core/jobs/job.py`` or ``tests/conftest.py``, with or without backticks. A URL is not one.
_PATH = re.compile(r"(?<![\w/.:<>-])((?:[\w.-]+/)+[\w-]+\.py)\b")
#: ``airflow_provider_rekmedia.core.jobs.job.Job``, or ``core.jobs.job`` after a backtick.
_DOTTED = re.compile(rf"(?<![\w/.])(?:{NAME}|(?<=`)(?:{'|'.join(FOLDERS)}))(?:\.\w+)+")


def read(page: str) -> str:
    """Read a page by its path in the repository."""
    return (ROOT / page).read_text()


def without_code(text: str) -> str:
    """Remove the fenced blocks."""
    return _FENCE.sub("", text)


def section(page: str, heading: str) -> str:
    """Return the text between a heading and the next one of any level."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", read(page), re.DOTALL | re.MULTILINE)
    assert found, f"{page} has no heading {heading!r}"
    return found[1]


def rows(text: str) -> list[list[str]]:
    """Return the cells of all tables, without their heads."""
    tables = re.findall(r"(?:^\|.*\|$\n?)+", text, re.MULTILINE)
    return [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for table in tables
        for line in table.strip().splitlines()[2:]
    ]


def names(cell: str) -> list[str]:
    """Return all texts between backticks."""
    return re.findall(r"`([^`]+)`", cell)


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", without_code(page.read_text()), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)
    return set(plain)


def modules_named_in(text: str) -> list[str]:
    """Return every path of a Python file, and every dotted name in this package, that a text contains."""
    return _PATH.findall(text) + _DOTTED.findall(text)


def is_real(name: str) -> bool:
    """Whether such a path or dotted name exists, in the package or in the repository."""
    if "/" in name:
        return any((base / name).is_file() for base in (PACKAGE, ROOT, ROOT / "tests"))
    place, *parts = PACKAGE, *name.removeprefix(f"{NAME}.").split(".")
    while parts and (place / parts[0]).is_dir():
        place /= parts.pop(0)
    if parts and (place / f"{parts[0]}.py").is_file():
        place /= f"{parts.pop(0)}.py"
    source = place if place.is_file() else place / "__init__.py"
    return not parts or re.search(rf"\b{parts[0]}\b", source.read_text()) is not None
