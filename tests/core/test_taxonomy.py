import json

from core.truth import GOLDEN

from airflow_provider_rekmedia.core.taxonomy import CONTENT_TYPES, MODEL_VERSION, PARENT_OF

TREE = json.loads((GOLDEN / "taxonomy_v7.json").read_text())


def test_the_labels_and_their_parents_are_those_that_aws_documents():
    documented = dict.fromkeys(TREE, "")
    for top, seconds in TREE.items():
        documented |= dict.fromkeys(seconds, top)
        for second, thirds in seconds.items():
            documented |= dict.fromkeys(thirds, second)
    assert dict(PARENT_OF) == documented
    assert len(documented) == 52


def test_the_content_types_and_the_model_are_those_that_aws_documents():
    assert set(CONTENT_TYPES) == {"Animated", "Illustrated"}
    assert (
        json.loads((GOLDEN / "results.jsonl").read_text())["detect-moderation-labels"][
            "ModerationModelVersion"
        ]
        == MODEL_VERSION
    )
