"""Every operator that writes passes its key to the only method that writes."""

import ast

import pytest
from architecture.inventory import MODULES, tree_of

from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.operators.manifest import RekognitionCreateManifestOperator
from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.operators.moderation_labels import RekognitionDetectModerationLabelsOperator
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator
from airflow_provider_rekmedia.operators.verdicts import RekognitionApplyVerdictsOperator

WRITERS = {
    RekognitionCreateManifestOperator: {"source": "s3://photos/in/", "manifest_prefix": "s3://photos/out/"},
    RekognitionStartMediaAnalysisJobOperator: {"manifest": "s3://photos/m", "output": "s3://photos/out/"},
    RekognitionDetectModerationLabelsOperator: {"manifest": "s3://photos/m", "output": "s3://photos/out/"},
    RekognitionMediaAnalysisResultsOperator: {"job": "s3://photos/r.jsonl"},
    RekognitionApplyVerdictsOperator: {
        "verdicts": "s3://photos/v.jsonl.gz",
        "actions": {"block": "tag"},
        "action_log": "s3://photos/log/",
    },
}


@pytest.mark.parametrize(
    ("given", "used"), [("alias/moderation", "alias/moderation"), (None, None), ("None", None), ("", None)]
)
@pytest.mark.parametrize("kind", WRITERS)
def test_what_an_operator_writes_has_its_key(photos, kind, given, used):
    assert "kms_key_id" in kind.template_fields
    operator = kind(task_id="task", kms_key_id=given, **WRITERS[kind])

    operator.hook.objects.put(S3Uri("photos", "x"), b"x", "text/plain")

    assert photos.client.head_object(Bucket="photos", Key="x").get("SSEKMSKeyId") == used


#: What writes with a key that its caller gives, each with tests of its own.
WITH_THE_KEY = {
    "adapters/actions/object_calls.py",
    "adapters/s3/conditional_writes.py",
    "adapters/s3/objects.py",
}


def test_no_other_code_writes_to_s3():
    writing = {"put_object", "upload_file", "upload_fileobj", "copy_object", "create_multipart_upload"}
    for module in MODULES:
        if module.startswith(("emulator/", "demo/")) or module in WITH_THE_KEY:
            continue
        called = {node.attr for node in ast.walk(tree_of(module)) if isinstance(node, ast.Attribute)}
        assert not called & writing, module
