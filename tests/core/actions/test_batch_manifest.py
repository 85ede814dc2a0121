"""Rows of manifests for S3 Batch Operations."""

import csv
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_rekmedia.core.actions.batch_manifest import encode_manifest_row


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_a_row_has_three_columns_and_the_key_can_be_decoded(key):
    ((bucket, encoded, version_id),) = csv.reader([encode_manifest_row("photos", key, "v1").decode()])

    assert (bucket, unquote(encoded), version_id) == ("photos", key, "v1")
