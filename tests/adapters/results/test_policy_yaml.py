import tracemalloc

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.adapters.results.policy_yaml import read_policy_yaml
from airflow_provider_rekmedia.core.errors import InvalidPolicy
from airflow_provider_rekmedia.core.verdicts.policy_document import parse_policy


def laughs(first):
    """Nine lines, each of which has the one before it ten times."""
    lines = [
        f"{letter}: &{letter} [{', '.join([f'*{below}'] * 10)}]"
        for below, letter in zip("abcdefghi", "bcdefghij", strict=True)
    ]
    return "\n".join([f"a: &a {first}", *lines]).encode()


def test_scalars_are_text_or_null():
    body = b"{name: 2026-11-20, labels: {Explicit: {block: 80.5, review: null}, Alcohol: 'on'}}"
    assert read_policy_yaml(body, "p.yaml") == {
        "name": "2026-11-20",
        "labels": {"Explicit": {"block": "80.5", "review": None}, "Alcohol": "on"},
    }


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"labels: [", "expected the node content"),
        (b"labels:\n  Explicit: block\n  Explicit: allow\n", "'Explicit' stands twice"),
        (b"!!python/object/apply:os.system ['true']", "neither aliases nor tags"),
        (b"!!int ''", "neither aliases nor tags"),
        (b"a: &a [x]\nb: *a", "neither aliases nor tags"),
        (b"a: &a {x: y}\nb: {<<: *a}", "neither aliases nor tags"),
        (b"? [a, b]\n: c", "a key must be text"),
        (b"? {a: b}\n: c", "a key must be text"),
        (b'"\\UFFFFFFFF": x', "p.yaml"),  # Python says why, in words that change
        (b"a: b\n--- c", "expected a single document"),
        (b"[" * 10_000, "recursion"),
        (b"\xff\xfe\xff", "p.yaml"),
    ],
)
def test_yaml_beyond_policies_is_refused_and_never_executed(body, message):
    with pytest.raises(InvalidPolicy, match=message) as caught:
        read_policy_yaml(body, "p.yaml")
    assert caught.value.fields["where"] == "p.yaml"
    assert len(str(caught.value)) < 1_000


@pytest.mark.parametrize("body", [laughs("[x, x]"), laughs("{k: v}"), laughs("x") + b"\nname: *j"])
def test_nested_aliases_use_little_memory_and_a_short_message(body):
    tracemalloc.start()
    try:
        with pytest.raises(InvalidPolicy) as caught:
            parse_policy(read_policy_yaml(body, "p.yaml"))
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert len(str(caught.value)) < 1_000


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=9)


@given(
    st.recursive(texts | st.none(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner))
)
def test_yaml_of_another_writer_round_trips(document):
    body = yaml.dump(document, Dumper=yaml.SafeDumper, allow_unicode=True)
    if "&" not in body:
        assert read_policy_yaml(body.encode(), "p.yaml") == document


@given(st.binary(max_size=60) | st.text("{}[]&*!?:-~ab \n\"'<|>%@", max_size=60).map(str.encode))
def test_any_bytes_are_a_document_or_an_invalid_policy(body):
    try:
        document = read_policy_yaml(body, "p.yaml")
    except InvalidPolicy:
        return
    assert isinstance(document, str | list | dict | None)
