"""Rules files."""

import json
import re

import pytest

from airflow_provider_rekmedia.emulator.settings.rules import InvalidRules, parse_rules, read_rules

INVALID_RULES = {
    "rules must be a list, not dict": {},
    "rule 1: Expected `object`, got `str`": ["x"],
    "unknown field `lables` (a rule has key, bucket": [{"key": "*", "lables": {}}],
    "missing required field `key`": [{"labels": {}}],
    "rule 2: Rekognition has no label 'Wepons'": [{"key": "*"}, {"key": "*", "labels": {"Wepons": 1}}],
    "Rekognition has no label 'Explicit nudity'": [{"key": "*", "labels": {"Explicit nudity": 1}}],
    "no content type 'Painted'": [{"key": "*", "content_types": {"Painted": 1}}],
    "label 'Weapons' must be from 0 to 100, not 101": [{"key": "*", "labels": {"Weapons": 101}}],
    "Expected `float`, got `bool`": [{"key": "*", "labels": {"Weapons": True}}],
    "Expected `object`, got `array` - at `$.labels`": [{"key": "*", "labels": ["Weapons"]}],
}


@pytest.mark.parametrize(("text", "rules"), INVALID_RULES.items(), ids=INVALID_RULES)
def test_invalid_rules_are_refused(text, rules):
    with pytest.raises(InvalidRules, match=re.escape(text)):
        parse_rules(rules)


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_a_rules_file_is_yaml_or_json(tmp_path, suffix):
    content = {"rules": [{"key": "a*", "bucket": "b", "labels": {"Weapons": 60}}]}
    path = tmp_path / f"rules.{suffix}"
    path.write_text(
        json.dumps(content) if suffix == "json" else "rules:\n- {key: a*, bucket: b, labels: {Weapons: 60}}"
    )
    (rule,) = read_rules(path)
    assert (rule.key, rule.bucket, dict(rule.labels)) == ("a*", "b", {"Weapons": 60.0})


@pytest.mark.parametrize("text", ["{", "[]", "rule: []", "", "rules: []\nmore: 1"])
def test_an_invalid_rules_file_is_refused(tmp_path, text):
    path = tmp_path / "rules.yaml"
    path.write_text(text)
    with pytest.raises(InvalidRules, match=r"rules\.yaml"):
        read_rules(path)
