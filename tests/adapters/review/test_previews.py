"""Small blurred pictures of images."""

import io
import sys

import pytest
from PIL import Image
from services.review.review_stage import picture

from airflow_provider_rekmedia.adapters.review.previews import preview_maker
from airflow_provider_rekmedia.core.errors import ExtraMissing


def test_a_preview_is_a_small_grey_jpeg():
    noise = Image.effect_noise((1_200, 900), 80).convert("RGB")
    body = io.BytesIO()
    noise.save(body, "PNG")

    made = preview_maker()(body.getvalue())

    with Image.open(io.BytesIO(made)) as preview:
        assert (preview.format, preview.mode, preview.size) == ("JPEG", "L", (320, 240))
    assert len(made) < 4_000


def test_a_preview_is_blurred():
    sharp = Image.new("L", (320, 320))
    sharp.paste(255, (160, 0, 320, 320))
    body = io.BytesIO()
    sharp.save(body, "PNG")

    with Image.open(io.BytesIO(preview_maker()(body.getvalue()))) as preview:
        assert 60 < preview.getpixel((160, 160)) < 200


@pytest.mark.parametrize("body", [b"", b"GIF89a", picture()[:100]])
def test_a_broken_image_has_no_preview(body):
    assert preview_maker()(body) is None


def test_an_image_with_too_many_pixels_has_no_preview(monkeypatch):
    monkeypatch.setattr("airflow_provider_rekmedia.adapters.review.previews._MAX_PIXELS", 10)

    assert preview_maker()(picture()) is None


def test_without_pillow_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)

    with pytest.raises(ExtraMissing, match=r"\[review\]"):
        preview_maker()
