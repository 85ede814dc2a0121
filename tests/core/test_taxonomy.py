import json

from core.truth import GOLDEN

from airflow_provider_rekmedia.core.taxonomy import (
    CONTENT_TYPES,
    MODEL_VERSION,
    PARENT_OF,
    WAY_UP,
    labels_above,
)

TREE = json.loads((GOLDEN / "taxonomy_v7.json").read_text())


def test_the_labels_and_their_parents_are_those_that_aws_documents():
    documented = dict.fromkeys(TREE, "")
    for top, seconds in TREE.items():
        documented |= dict.fromkeys(seconds, top)
        for second, thirds in seconds.items():
            documented |= dict.fromkeys(thirds, second)
    assert dict(PARENT_OF) == documented
    assert len(documented) == 52


def test_the_way_up_is_that_of_the_documented_tree():
    for top, seconds in TREE.items():
        assert WAY_UP[top] == ("", ())
        for second, thirds in seconds.items():
            assert WAY_UP[second] == (top, (top,))
            for third in thirds:
                assert WAY_UP[third] == (second, (second, top))


def test_the_parent_that_the_service_names_comes_before_that_of_the_taxonomy():
    assert labels_above("Smoking", "") == ("Drugs & Tobacco Paraphernalia & Use", "Drugs & Tobacco")
    assert labels_above("Smoking", "Products") == ("Products", "Drugs & Tobacco")
    assert labels_above("Vaping", "New Things") == ("New Things",)
    assert labels_above("Vaping", "") == ()


def test_the_content_types_and_the_model_are_those_that_aws_documents():
    assert set(CONTENT_TYPES) == {"Animated", "Illustrated"}
    assert (
        json.loads((GOLDEN / "results.jsonl").read_text())["detect-moderation-labels"][
            "ModerationModelVersion"
        ]
        == MODEL_VERSION
    )
