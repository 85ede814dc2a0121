"""The declared labels of an image, in the responses of the service."""

import hashlib

import pytest
from botocore.exceptions import ClientError
from emulator.scene import IN, moderation_config
from image_files import image_bytes


def labels_of(scene, key="cat.jpg", **arguments):
    answer = scene.rekognition.detect_moderation_labels(
        Image={"S3Object": {"Bucket": IN, "Name": key}}, **arguments
    )
    return {label["Name"]: label["Confidence"] for label in answer["ModerationLabels"]}


def test_without_a_declaration_an_image_is_clean(scene):
    assert labels_of(scene) == {}


def test_metadata_declares_labels(scene):
    scene.put_image(Metadata={"rekmedia-labels": "Weapons=80; Gambling"})
    assert labels_of(scene) == {"Weapons": 80.0, "Violence": 80.0, "Gambling": 99.0}


def test_tags_declare_labels(scene):
    scene.put_image(Tagging="rekmedia-labels=Weapons%3D80%2FGambling")
    assert labels_of(scene) == {"Weapons": 80.0, "Violence": 80.0, "Gambling": 99.0}


def test_the_first_matching_rule_declares_the_labels(scene):
    scene.emulator.configure(
        rules=[
            {"key": "beach/*.jpg", "bucket": "other-*", "labels": {"Gambling": 60}},
            {"key": "beach/*.jpg", "labels": {"Pills": 60}, "content_types": {"Animated": 70}},
            {"key": "*", "labels": {"Weapons": 90}},
        ]
    )
    for key in ("beach/2026/a.jpg", "beach/a.png"):
        scene.put_image(key)
    assert labels_of(scene, "beach/2026/a.jpg") == {"Pills": 60, "Products": 60, "Drugs & Tobacco": 60}
    assert labels_of(scene, "beach/a.png") == {"Weapons": 90, "Violence": 90}


def test_a_declaration_of_the_object_overrides_the_rules(scene):
    scene.emulator.configure(rules=[{"key": "*", "labels": {"Weapons": 90}}])
    scene.put_image(Metadata={"rekmedia-labels": ""})
    assert labels_of(scene) == {}


def test_a_rule_matches_bytes_by_their_digest(scene):
    body = image_bytes(color="red")
    rule = {"key": f"sha256:{hashlib.sha256(body).hexdigest()}", "labels": {"Gambling": 75}}
    scene.emulator.configure(rules=[rule])
    answer = scene.rekognition.detect_moderation_labels(Image={"Bytes": body})
    assert [label["Name"] for label in answer["ModerationLabels"]] == ["Gambling"]


def test_children_come_before_their_parents(scene):
    scene.put_image(Metadata={"rekmedia-labels": "Drugs & Tobacco=51; Smoking=70; Pills=60"})
    assert list(labels_of(scene)) == [
        "Smoking",
        "Pills",
        "Drugs & Tobacco Paraphernalia & Use",
        "Products",
        "Drugs & Tobacco",
    ]


def test_a_parent_has_the_highest_confidence_of_its_children(scene):
    scene.put_image(Metadata={"rekmedia-labels": "Drugs & Tobacco=51; Smoking=70; Pills=60"})
    assert labels_of(scene)["Drugs & Tobacco"] == 70.0


@pytest.mark.parametrize(
    ("arguments", "names"),
    [({}, {"Alcohol"}), ({"MinConfidence": 49}, {"Alcohol", "Gambling"}), ({"MinConfidence": 50.5}, set())],
)
def test_labels_below_min_confidence_are_left_out_and_the_default_is_50(scene, arguments, names):
    # AWS: labels "with a confidence level lower than this specified value" are not returned
    source = scene.put_image(Metadata={"rekmedia-labels": "Alcohol=50; Gambling=49"})
    assert set(labels_of(scene, **arguments)) == names
    (result,), _ = scene.moderate(source, OperationsConfig=moderation_config(**arguments))
    assert {label["Name"] for label in result["detect-moderation-labels"]["ModerationLabels"]} == names


def test_min_confidence_does_not_apply_to_content_types(scene):
    scene.put_image(Metadata={"rekmedia-content-types": "Illustrated=3"})
    image = {"S3Object": {"Bucket": IN, "Name": "cat.jpg"}}
    answer = scene.rekognition.detect_moderation_labels(Image=image, MinConfidence=90)
    assert answer["ContentTypes"] == [{"Name": "Illustrated", "Confidence": 3.0}]


@pytest.mark.parametrize("declared", ["Wepons=80", "weapons", "Weapons=high", "Weapons=101", "Weapons=nan"])
def test_an_invalid_declaration_is_an_error_with_a_reason(scene, declared):
    scene.put_image(Metadata={"rekmedia-labels": declared})
    with pytest.raises(ClientError, match="rekmedia emulator"):
        labels_of(scene)
