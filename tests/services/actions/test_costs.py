"""The requests for which the page states a price are those of the calls."""

import re
from pathlib import Path

import pytest
from services.actions.action_stage import ActionStage, put_and_judge

PAGE = Path(__file__).parents[3] / "docs/operators/verdicts.md"
ROWS = dict(
    re.findall(
        r"^\| (?:`(\w+)`|a function) \| (.+?) \|", PAGE.read_text().partition("## Cost")[2], re.MULTILINE
    )
)
PRICES = {"PUT": 0.005, "COPY": 0.005, "DELETE": 0.0, "GET": 0.0004, "HEAD": 0.0004}
KINDS = {"put_object_tagging": "PUT", "copy_object": "COPY", "delete_object": "DELETE"}
OBJECTS = 3


@pytest.mark.parametrize("verb", ["tag", "copy", "move", "delete", "call"])
def test_the_page_counts_the_requests_of_a_verb(verb):
    stage = ActionStage()
    put_and_judge(stage, *(f"{number}.jpg" for number in range(OBJECTS)))
    calls = []
    stage.s3.before_call = lambda name, arguments: calls.append((name, arguments))

    stage.apply({"block": (lambda images: None) if verb == "call" else verb})

    on_objects = [KINDS.get(name, "GET") for name, arguments in calls if is_about_an_object(arguments)]
    text = ROWS["" if verb == "call" else verb]
    stated = {kind.split()[0]: int(count) for count, kind in re.findall(r"(\d+) (\w+)", text)}
    reads = sum(stated.pop(kind, 0) for kind in ("GET", "HEAD"))
    assert {kind: on_objects.count(kind) / OBJECTS for kind in {*stated, "GET"}} == {**stated, "GET": reads}
    usd = sum(PRICES[kind] for kind in on_objects) / OBJECTS * 10
    (stated_usd,) = re.findall(rf"\| {re.escape(text)} \| ([\d.]+) \|", PAGE.read_text())[:1]
    assert round(usd, 2) == float(stated_usd)


def is_about_an_object(arguments):
    """Whether a call is not about the verdict file or the log."""
    key = arguments.get("Key", "")
    return arguments["Bucket"] == "photos" or key.startswith(("holds/", "quarantine/"))
