"""Coordinates are fractions of the picture's size."""

import pytest

from airflow_provider_rekmedia.demo.images.canvas import Canvas

RED = (255, 0, 0)


@pytest.mark.parametrize("size", [(100, 50), (320, 240)])
def test_shapes_scale_with_the_picture(size):
    canvas = Canvas(size, "#000000", "#ffffff")
    canvas.bar(0.5, 0, 0.5, 1, "#ff0000")

    width, height = size
    assert canvas.image.getpixel((width * 3 // 4, height // 2)) == RED
    assert canvas.image.getpixel((width // 4, height // 2)) != RED


def test_an_oval_is_around_its_centre_and_a_polygon_inside_its_corners():
    canvas = Canvas((100, 100), "#000000", "#000000")
    canvas.oval(0.5, 0.5, 0.2, 0.2, "#ff0000")
    canvas.shape([(0, 0), (0.2, 0), (0, 0.2)], "#ff0000")

    assert canvas.image.getpixel((50, 50)) == RED
    assert canvas.image.getpixel((65, 50)) != RED
    assert canvas.image.getpixel((3, 3)) == RED
    assert canvas.image.getpixel((18, 18)) != RED


def test_the_background_fades_from_top_to_bottom():
    image = Canvas((10, 100), "#000000", "#ffffff").image

    assert image.getpixel((5, 0)) < image.getpixel((5, 50)) < image.getpixel((5, 99))
