"""Validated changes of settings. server/test_admin.py has the error messages."""

import pytest

from airflow_provider_rekmedia.emulator.settings.changes import InvalidSettings, change_settings
from airflow_provider_rekmedia.emulator.settings.rules import Rule
from airflow_provider_rekmedia.emulator.settings.settings import Settings


def test_changes_are_converted():
    changes = {
        "created_s": 1,
        "adapters": ["arn"],
        "rules": [{"key": "*.jpg", "labels": {"Pills": 60}}],
        "tps": {"GetMediaAnalysisJob": 3},
        "token_lifetime_s": None,
    }
    settings = change_settings(Settings(), changes)
    assert (settings.created_s, settings.adapters) == (1.0, ("arn",))
    assert settings.rules == (Rule(key="*.jpg", labels={"Pills": 60.0}),)
    assert settings.tps == {"GetMediaAnalysisJob": 3.0}


def test_other_settings_keep_their_values():
    settings = Settings(max_manifest_lines=7)
    assert change_settings(settings, {"by_hand": True}) == Settings(max_manifest_lines=7, by_hand=True)


def test_rules_may_be_parsed_already():
    rules = (Rule(key="*"),)
    assert change_settings(Settings(), {"rules": rules}).rules == rules


@pytest.mark.parametrize("changes", [{"created": 1}, {"created_s": -0.1}, {"by_hand": "yes"}])
def test_an_invalid_change_names_the_setting(changes):
    (name,) = changes
    with pytest.raises(InvalidSettings, match=name):
        change_settings(Settings(), changes)
