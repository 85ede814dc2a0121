"""Pictures have the requested size, and the same seed draws the same picture."""

from random import Random

import pytest

from airflow_provider_rekmedia.demo.images.drawings import SUBJECTS, draw

each_subject = pytest.mark.parametrize("subject", SUBJECTS)


@each_subject
def test_a_picture_has_the_requested_size_and_more_than_its_background(subject):
    image = draw(subject, (120, 90), Random(1))  # noqa: S311 - a seed, no secret

    assert (image.mode, image.size) == ("RGB", (120, 90))
    rows = [{image.getpixel((x, y)) for x in range(120)} for y in range(90)]
    assert any(len(colours) > 1 for colours in rows)  # the background has one colour per row


@each_subject
def test_the_same_seed_draws_the_same_picture_and_another_seed_does_not(subject):
    first, same, other = (draw(subject, (120, 90), Random(seed)).tobytes() for seed in (1, 1, 2))  # noqa: S311 - a seed, no secret

    assert first == same
    assert first != other
