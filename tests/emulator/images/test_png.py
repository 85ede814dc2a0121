"""The structure of PNG files."""

import io
import os
import zlib

import pytest
from emulator.scene import IN
from image_files import image_bytes
from PIL import Image

from airflow_provider_rekmedia.emulator.images.png import is_complete_png, parse_png_header

PNG = image_bytes(120, 90, kind="PNG")


def png_with_profile(size):
    """Make a valid PNG with an incompressible ICC profile of that many bytes."""
    file = io.BytesIO()
    Image.new("RGB", (100, 100)).save(file, "PNG", icc_profile=os.urandom(size))
    return file.getvalue()


def with_header(**changes):
    """Replace bytes of the header, by position, and correct its checksum."""
    header = bytearray(PNG[16:29])
    for position, value in changes.items():
        header[int(position[1:])] = value
    checksum = zlib.crc32(b"IHDR" + header).to_bytes(4)
    return PNG[:16] + bytes(header) + checksum + PNG[33:]


def test_the_header_has_the_size():
    header = parse_png_header(PNG)
    assert (header.width, header.height) == (120, 90)


def test_a_complete_file_is_complete():
    assert is_complete_png(PNG)


@pytest.mark.parametrize("length", range(len(PNG)))
def test_a_truncated_file_is_not_complete(length):
    assert not is_complete_png(PNG[:length])


def test_a_damaged_byte_is_found():
    middle = len(PNG) // 2
    assert not is_complete_png(PNG[:middle] + bytes([PNG[middle] ^ 1]) + PNG[middle + 1 :])


@pytest.mark.parametrize("body", [b"", PNG[:30], image_bytes()])
def test_a_file_without_a_header_has_no_size(body):
    assert parse_png_header(body) is None


@pytest.mark.parametrize("changes", [{"_8": 3}, {"_9": 5}, {"_10": 1}, {"_11": 1}, {"_12": 2}])
def test_an_invalid_header_has_no_size(changes):
    assert parse_png_header(with_header(**changes)) is None


def test_bytes_after_the_end_are_allowed():
    assert is_complete_png(PNG + b"more")


@pytest.mark.parametrize("size", [1000, 3 * 1024 * 1024])
def test_a_large_color_profile_is_accepted(scene, size):
    # Pillow refuses a profile above 1 MiB
    body = png_with_profile(size)
    uri = scene.put_image("a.png", body)
    if scene.s3.get_object(Bucket=IN, Key="a.png")["Body"].read() != body:
        pytest.skip("under mock_aws, this old moto stores the chunk markers of bodies above 1 MiB")
    results, summary = scene.moderate(uri)
    assert (len(results), summary["errors"]) == (1, [])
