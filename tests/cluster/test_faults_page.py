"""The page for operators lists every fault, and the number of images that it may bill twice."""

import re
from pathlib import Path

from cluster.faults import FAULTS

PAGE = Path(__file__).parents[2] / "docs" / "in_production.md"
ROW = re.compile(r"^\| `(\w+)` \| .+ \| (\d+) \| \d+ \|$", re.MULTILINE)


def test_the_page_lists_every_fault_with_its_bound():
    listed = [(name, int(bound)) for name, bound in ROW.findall(PAGE.read_text())]

    assert listed == [(fault.name, fault.extra_images) for fault in FAULTS]
