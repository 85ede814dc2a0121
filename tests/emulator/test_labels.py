"""What images show: declared by object or rule, completed along the taxonomy, cut at MinConfidence."""

import hashlib
import json

import pytest
from botocore.exceptions import ClientError
from emulator.scene import IN, image_bytes, moderation_config

from airflow_provider_rekmedia.emulator.rules import InvalidRules, parse_rules, read_rules


def labels_of(scene, key="cat.jpg", **asked):
    answer = scene.rekognition.detect_moderation_labels(
        Image={"S3Object": {"Bucket": IN, "Name": key}}, **asked
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


def test_rules_declare_labels_by_glob_and_the_first_match_speaks(scene):
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


def test_what_an_object_declares_beats_the_rules(scene):
    scene.emulator.configure(rules=[{"key": "*", "labels": {"Weapons": 90}}])
    scene.put_image(Metadata={"rekmedia-labels": ""})
    assert labels_of(scene) == {}


def test_bytes_are_known_by_their_digest(scene):
    body = image_bytes(color="red")
    rule = {"key": f"sha256:{hashlib.sha256(body).hexdigest()}", "labels": {"Gambling": 75}}
    scene.emulator.configure(rules=[rule])
    answer = scene.rekognition.detect_moderation_labels(Image={"Bytes": body})
    assert [label["Name"] for label in answer["ModerationLabels"]] == ["Gambling"]


def test_children_stand_before_their_parents(scene):
    scene.put_image(Metadata={"rekmedia-labels": "Drugs & Tobacco=51; Smoking=70; Pills=60"})
    assert list(labels_of(scene)) == [
        "Smoking",
        "Pills",
        "Drugs & Tobacco Paraphernalia & Use",
        "Products",
        "Drugs & Tobacco",
    ]


def test_a_parent_is_as_certain_as_its_most_certain_child(scene):
    scene.put_image(Metadata={"rekmedia-labels": "Drugs & Tobacco=51; Smoking=70; Pills=60"})
    assert labels_of(scene)["Drugs & Tobacco"] == 70.0


@pytest.mark.parametrize(
    ("asked", "names"),
    [({}, {"Alcohol"}), ({"MinConfidence": 49}, {"Alcohol", "Gambling"}), ({"MinConfidence": 50.5}, set())],
)
def test_labels_are_cut_at_min_confidence_which_is_50_when_not_asked(scene, asked, names):
    # AWS: labels "with a confidence level lower than this specified value" are not returned
    source = scene.put_image(Metadata={"rekmedia-labels": "Alcohol=50; Gambling=49"})
    assert set(labels_of(scene, **asked)) == names
    (result,), _ = scene.moderate(source, OperationsConfig=moderation_config(**asked))
    assert {label["Name"] for label in result["detect-moderation-labels"]["ModerationLabels"]} == names


def test_content_types_are_not_cut(scene):
    scene.put_image(Metadata={"rekmedia-content-types": "Illustrated=3"})
    image = {"S3Object": {"Bucket": IN, "Name": "cat.jpg"}}
    answer = scene.rekognition.detect_moderation_labels(Image=image, MinConfidence=90)
    assert answer["ContentTypes"] == [{"Name": "Illustrated", "Confidence": 3.0}]


@pytest.mark.parametrize("declared", ["Wepons=80", "weapons", "Weapons=high", "Weapons=101", "Weapons=nan"])
def test_a_declaration_that_no_image_could_show_is_an_error_that_says_so(scene, declared):
    scene.put_image(Metadata={"rekmedia-labels": declared})
    with pytest.raises(ClientError, match="rekmedia emulator"):
        labels_of(scene)


BAD_RULES = {
    "rules are a list": {},
    "rule 1: 'x' is not a mapping": ["x"],
    "unknown field 'lables'": [{"key": "*", "lables": {}}],
    "has a glob 'key'": [{"labels": {}}],
    "rule 2: Rekognition has no label 'Wepons'": [{"key": "*"}, {"key": "*", "labels": {"Wepons": 1}}],
    "Rekognition has no label 'Explicit nudity'": [{"key": "*", "labels": {"Explicit nudity": 1}}],
    "no content type 'Painted'": [{"key": "*", "content_types": {"Painted": 1}}],
    "from 0 to 100, not 101": [{"key": "*", "labels": {"Weapons": 101}}],
    "from 0 to 100, not True": [{"key": "*", "labels": {"Weapons": True}}],
    "labels are a mapping": [{"key": "*", "labels": ["Weapons"]}],
}


@pytest.mark.parametrize(("text", "rules"), BAD_RULES.items(), ids=BAD_RULES)
def test_rules_that_make_no_sense_are_refused_when_they_are_read(text, rules):
    with pytest.raises(InvalidRules, match=text.replace("(", r"\(")):
        parse_rules(rules)


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_a_rules_file_is_yaml_or_json(tmp_path, suffix):
    content = {"rules": [{"key": "a*", "bucket": "b", "labels": {"Weapons": 60}}]}
    path = tmp_path / f"rules.{suffix}"
    path.write_text(
        json.dumps(content) if suffix == "json" else "rules:\n- {key: a*, bucket: b, labels: {Weapons: 60}}"
    )
    (rule,) = read_rules(path)
    assert (rule.key, rule.bucket, dict(rule.sight.labels)) == ("a*", "b", {"Weapons": 60.0})


@pytest.mark.parametrize("text", ["{", "[]", "rule: []", "", "rules: []\nmore: 1"])
def test_a_file_that_is_no_rules_file_is_refused(tmp_path, text):
    path = tmp_path / "rules.yaml"
    path.write_text(text)
    with pytest.raises(InvalidRules, match=r"rules\.yaml"):
        read_rules(path)
