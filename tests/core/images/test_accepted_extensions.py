import pytest

from airflow_provider_rekmedia.core.errors import InvalidArgument
from airflow_provider_rekmedia.core.images.accepted_extensions import parse_extensions
from airflow_provider_rekmedia.core.images.image_filter import ImageFilter


@pytest.mark.parametrize("absent", [None, "", "None"])
def test_the_default_depends_on_who_names_the_images(absent):
    assert parse_extensions(absent, is_named_by_user=True) is None
    assert parse_extensions(absent, is_named_by_user=False) == ImageFilter().extensions


@pytest.mark.parametrize(
    ("value", "accepted"),
    [
        ("*", None),
        (["*"], None),
        (".webp", {".webp"}),
        ("JPG, .png", {".jpg", ".png"}),
        ([".Tiff", ""], {".tiff", ""}),
        (("orig.jpg",), {".orig.jpg"}),
    ],
)
@pytest.mark.parametrize("is_named_by_user", [True, False])
def test_given_extensions_hold_for_every_source(value, accepted, is_named_by_user):
    assert parse_extensions(value, is_named_by_user=is_named_by_user) == accepted


@pytest.mark.parametrize("value", [7, [], [1], {"a": 1}])
def test_other_values_are_refused(value):
    with pytest.raises(InvalidArgument, match="extensions"):
        parse_extensions(value, is_named_by_user=False)
