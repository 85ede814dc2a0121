"""The docs check finds what is untrue, and only that."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "check_docs.py"


@pytest.fixture
def check(tmp_path):
    (tmp_path / ".ci").mkdir()
    shutil.copy(SCRIPT, tmp_path / ".ci")
    (tmp_path / "Makefile").write_text(".PHONY: test\ntest:\n\ttrue\n")
    (tmp_path / "dag.py").write_text("import os\n# [START part]\nif os:\n    print(1)\n# [END part]\n")

    def check(page: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "README.md").write_text(page)
        command = [sys.executable, str(tmp_path / ".ci" / "check_docs.py")]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return check


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ("[here](docs/gone.md)", "the link docs/gone.md leads nowhere"),
        ("[here](docs/gone.md#part)", "the link docs/gone.md leads nowhere"),
        ("Say `make tea`.", "there is no `make tea`"),
        ("<!-- from: gone.py -->\n```python\nx\n```\n", "the quoted file gone.py does not exist"),
        (
            "<!-- from: dag.py START part -->\n```python\nif os:\n    print(2)\n```\n",
            "is not what the file says now",
        ),
        ("<!-- from: dag.py START whole -->\n```python\nx\n```\n", "is not what the file says now"),
    ],
)
def test_an_error_in_a_page_is_named_and_fails(check, page, complaint):
    answer = check(page)

    assert answer.returncode == 1
    assert f"README.md: {complaint}" in answer.stdout or complaint in answer.stdout


@pytest.mark.parametrize(
    "page",
    [
        "[here](dag.py) and [there](https://example.com/gone) and [below](#part)",
        "Say `make test`.",
        "<!-- from: dag.py START part -->\n```python\nif os:\n    print(1)\n```\n",
        "<!-- from: Makefile -->\n\n```make\n.PHONY: test\ntest:\n\ttrue\n```\n",
    ],
)
def test_a_correct_page_passes(check, page):
    answer = check(page)

    assert (answer.returncode, answer.stdout) == (0, "1 pages: nothing untrue found\n")
