"""Inverses keep their kind in JSON."""

import msgspec
import pytest

from airflow_provider_rekmedia.core.actions.inverse import (
    Inverse,
    Irreversible,
    MoveBack,
    RemoveCopy,
    RemoveMarker,
    RestoreTags,
)


@pytest.mark.parametrize(
    "inverse",
    [
        RestoreTags({"a": None, "b": "1"}, {"a": "2", "b": "2"}, "v1"),
        RemoveCopy("s3://ops/q/a", "e"),
        MoveBack("s3://ops/q/a", "e", marker="m", kms_key_id="k"),
        RemoveMarker("m"),
        Irreversible(),
    ],
)
def test_an_inverse_survives_json(inverse):
    assert msgspec.json.decode(msgspec.json.encode(inverse), type=Inverse) == inverse
