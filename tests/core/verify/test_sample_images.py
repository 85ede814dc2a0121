"""The images are what their names say, by Pillow."""

from io import BytesIO

import pytest
from PIL import Image, UnidentifiedImageError

from airflow_provider_rekmedia.core.verify.sample_images import IMAGES, make_png


@pytest.mark.parametrize(
    ("name", "size"),
    [("plain-0.png", (96, 96)), ("too-small.png", (79, 79)), ("too-many-pixels.png", (10_001, 80))],
)
def test_an_image_has_its_size(name, size):
    image = Image.open(BytesIO(IMAGES[name]))
    image.load()

    assert image.size == size


def test_a_pixel_has_the_shade():
    assert Image.open(BytesIO(make_png(2, 3, 7))).getpixel((1, 2)) == (7, 160, 90)


def test_the_truncated_image_cannot_be_decoded():
    with pytest.raises(OSError, match="truncated"):
        Image.open(BytesIO(IMAGES["truncated.png"])).load()


def test_the_wrong_format_is_no_image():
    with pytest.raises(UnidentifiedImageError):
        Image.open(BytesIO(IMAGES["wrong-format.jpg"]))


def test_all_images_together_are_small():
    assert sum(map(len, IMAGES.values())) < 10_000
