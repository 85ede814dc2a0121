"""Labels and their parents."""

from airflow_provider_rekmedia.emulator.images.labels import add_parents, encode_content_types


def names(labels):
    return [label["Name"] for label in labels]


def test_parents_follow_their_children():
    assert names(add_parents({"Smoking": 70}, 50)) == [
        "Smoking",
        "Drugs & Tobacco Paraphernalia & Use",
        "Drugs & Tobacco",
    ]


def test_a_parent_has_the_highest_confidence():
    labels = {label["Name"]: label["Confidence"] for label in add_parents({"Smoking": 70, "Pills": 60}, 0)}
    assert labels["Drugs & Tobacco"] == 70


def test_labels_below_the_minimum_are_left_out():
    assert names(add_parents({"Gambling": 49.9, "Alcohol": 50}, 50)) == ["Alcohol"]


def test_content_types_are_encoded():
    assert encode_content_types({"Animated": 3}) == [{"Confidence": 3, "Name": "Animated"}]
