"""The settings and their types."""

import dataclasses
from typing import get_args, get_type_hints

import pytest

from airflow_provider_rekmedia.emulator.protocol.operations import OPERATIONS
from airflow_provider_rekmedia.emulator.settings.changes import change_settings
from airflow_provider_rekmedia.emulator.settings.settings import DOCUMENTED_TPS, Settings

SETTINGS = {field.name: field for field in dataclasses.fields(Settings)}


@pytest.mark.parametrize("name", SETTINGS)
def test_every_default_is_a_valid_value(name):
    default = getattr(Settings(), name)
    assert getattr(change_settings(Settings(), {name: default}), name) == default


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_has_a_help_text(name):
    assert not SETTINGS[name].metadata["help"].endswith(".")


def test_rate_quotas_are_for_the_four_operations():
    (operation, _) = get_args(get_type_hints(Settings)["tps"])
    assert get_args(operation) == OPERATIONS == tuple(DOCUMENTED_TPS)


def test_a_changed_copy_is_made_by_dataclasses():
    assert dataclasses.replace(Settings(), by_hand=True).by_hand
