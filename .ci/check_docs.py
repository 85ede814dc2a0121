#!/usr/bin/env python3
"""
Read every Markdown file and refuse what is not true: dead links, unknown make targets, quotes that drifted.

A code block that quotes a file has ``<!-- from: PATH -->`` on the line above it, and must equal that file.
Where it says ``<!-- from: PATH START NAME -->`` the block must equal the part between the file's lines
``[START NAME]`` and ``[END NAME]``.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)[^)]*\)")
MAKE = re.compile(r"`make ([a-z][a-z0-9-]*)")
QUOTE = re.compile(r"<!-- from: (\S+)(?: START (\S+))? -->\n+```\w*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
TARGET = re.compile(r"^([a-z0-9-]+):", re.MULTILINE)


def quoted(path: str, part: str) -> str:
    """
    The text that a quote must equal.

    :param path: a file, relative to the repository
    :param part: the name of its marked part; empty for the whole file
    """
    text = (ROOT / path).read_text()
    if part:
        marked = rf"^[^\n]*\[START {part}\]\n(.*?)^[^\n]*\[END {part}\]"
        found = re.search(marked, text, re.DOTALL | re.MULTILINE)
        text = dedent(found[1]) if found else f"{path} has no [START {part}] … [END {part}]"
    return text.strip()


def iter_untrue(page: Path, targets: set[str]) -> Iterator[str]:
    """
    What one page says that is not so.

    :param page: a Markdown file
    :param targets: the targets that the Makefile has
    """
    text = page.read_text()
    for link in LINK.findall(text):
        if not (page.parent / link).exists():
            yield f"the link {link} leads nowhere"
    for target in MAKE.findall(text):
        if target not in targets:
            yield f"there is no `make {target}`"
    for path, part, block in QUOTE.findall(text):
        if not (ROOT / path).is_file():
            yield f"the quoted file {path} does not exist"
        elif dedent(block).strip() != quoted(path, part):
            yield f"the quote of {path} {part} is not what the file says now"


def main() -> int:
    """Check the pages beside the Makefile and under docs."""
    targets = set(TARGET.findall((ROOT / "Makefile").read_text()))
    pages = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
    untrue = [f"{page.relative_to(ROOT)}: {what}" for page in pages for what in iter_untrue(page, targets)]
    sys.stdout.write("".join(f"{line}\n" for line in untrue) or f"{len(pages)} pages: nothing untrue found\n")
    return 1 if untrue else 0


if __name__ == "__main__":
    sys.exit(main())
