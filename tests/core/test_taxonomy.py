import json

from core.truth import GOLDEN

from airflow_provider_rekmedia.core.taxonomy import (
    ANCESTORS,
    CONTENT_TYPES,
    MODEL_VERSION,
    PARENT_OF,
    ancestors_of,
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


def test_the_ancestors_are_those_of_the_documented_tree():
    for top, seconds in TREE.items():
        assert ANCESTORS[top] == ("", ())
        for second, thirds in seconds.items():
            assert ANCESTORS[second] == (top, (top,))
            for third in thirds:
                assert ANCESTORS[third] == (second, (second, top))


def test_the_parent_of_the_response_has_precedence_over_the_taxonomy():
    assert ancestors_of("Smoking", "") == ("Drugs & Tobacco Paraphernalia & Use", "Drugs & Tobacco")
    assert ancestors_of("Smoking", "Products") == ("Products", "Drugs & Tobacco")
    assert ancestors_of("Vaping", "New Things") == ("New Things",)
    assert ancestors_of("Vaping", "") == ()


def test_the_content_types_and_the_model_are_those_that_aws_documents():
    assert set(CONTENT_TYPES) == {"Animated", "Illustrated"}
    assert (
        json.loads((GOLDEN / "results.jsonl").read_text())["detect-moderation-labels"][
            "ModerationModelVersion"
        ]
        == MODEL_VERSION
    )
