"""Which image files are accepted."""

import io
import zlib

import pytest
from emulator.scene import IN
from image_files import image_bytes

MIB = 1024 * 1024


def gray_png(width, height):
    """Make a valid PNG of any size out of very few bytes."""

    def chunk(kind, body):
        return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)

    header = width.to_bytes(4) + height.to_bytes(4) + bytes([1, 0, 0, 0, 0])
    pixels = zlib.compress(bytes(1 + (width + 7) // 8) * height, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def padded(size):
    """Make a JPEG of that many bytes: what follows its end marker is no part of the image."""
    return image_bytes().ljust(size, b"\0")


ACCEPTED = {
    "a JPEG": image_bytes(),
    "a PNG": image_bytes(kind="PNG"),
    "a JPEG under another name": image_bytes(),
    "a grayscale PNG of 80 by 80": gray_png(80, 80),
    "10,000 pixels wide": gray_png(10_000, 80),
    "10,000 pixels on both sides": gray_png(10_000, 10_000),
    "15 MiB": padded(15 * MIB),
}

REFUSED = {
    "WebP": (image_bytes(kind="WEBP"), "InvalidImageFormatException"),
    "GIF": (image_bytes(kind="GIF"), "InvalidImageFormatException"),
    "text": (b"not an image", "InvalidImageFormatException"),
    "nothing": (b"", "InvalidImageFormatException"),
    "a JPEG's first bytes": (image_bytes()[:20], "InvalidImageFormatException"),
    "half a JPEG": (image_bytes(300)[:-300], "InvalidImageFormatException"),
    "half a PNG": (image_bytes(kind="PNG")[:-30], "InvalidImageFormatException"),
    "79 pixels wide": (image_bytes(79, 100), "InvalidParameterException"),
    "79 pixels high": (image_bytes(100, 79), "InvalidParameterException"),
    "10,001 pixels wide": (gray_png(10_001, 80), "ImageTooLargeException"),
    "20,000 pixels on both sides": (gray_png(20_000, 20_000), "ImageTooLargeException"),
    "15 MiB and a byte": (padded(15 * MIB + 1), "ImageTooLargeException"),
}


@pytest.mark.parametrize("body", ACCEPTED.values(), ids=ACCEPTED)
def test_an_image_is_accepted(scene, body):
    results, summary = scene.moderate(scene.put_image("image.bin", body))
    assert (len(results), summary["errors"]) == (1, [])


@pytest.mark.parametrize(("body", "code"), REFUSED.values(), ids=REFUSED)
def test_an_image_is_refused_by_both_engines(scene, body, code):
    source = scene.put_image("cat.jpg", body)
    results, summary = scene.moderate(source)
    assert results == []
    assert [(error["code"], error["source-ref"]) for error in summary["errors"]] == [(code, source)]
    with pytest.raises(scene.rekognition.exceptions.from_code(code)):
        scene.rekognition.detect_moderation_labels(Image={"S3Object": {"Bucket": IN, "Name": "cat.jpg"}})


def test_a_truncated_image_can_be_accepted(scene):
    scene.emulator.configure(truncated_images="accept")
    results, _ = scene.moderate(scene.put_image(body=image_bytes(300)[:-300]))
    assert len(results) == 1


@pytest.mark.parametrize("source", [f"s3://{IN}/nowhere.jpg", "s3://no-such-bucket/cat.jpg"])
def test_a_missing_image_is_refused(scene, source):
    _, summary = scene.moderate(source)
    assert summary["errors"][0]["code"] == "InvalidS3ObjectException"


def test_an_image_in_another_region_is_refused(scene):
    elsewhere = scene.emulator.client("s3", "eu-west-1")
    elsewhere.create_bucket(Bucket="elsewhere", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    elsewhere.put_object(Bucket="elsewhere", Key="cat.jpg", Body=image_bytes())
    _, summary = scene.moderate("s3://elsewhere/cat.jpg")
    assert summary["errors"][0]["code"] == "InvalidS3ObjectException"


def test_an_invalid_image_does_not_affect_others(scene):
    good, bad = scene.put_image("good.jpg"), scene.put_image("bad.jpg", b"not an image")
    results, summary = scene.moderate(good, bad, good)
    assert [result["source-ref"] for result in results] == [good, good]
    assert summary["statistics"] == {"total-json-lines": 3, "valid-json-lines": 2, "invalid-json-lines": 1}


def test_only_analyzed_images_are_billed(scene):
    good, bad = scene.put_image("good.jpg"), scene.put_image("bad.jpg", b"not an image")
    scene.moderate(good, bad, good)
    assert scene.emulator.usage()["images_billed"] == 2


def test_a_changed_file_is_checked_again(scene):
    broken = bytes(len(image_bytes()))
    _, before = scene.moderate(scene.put_image("a.jpg", broken), scene.put_image("b.jpg", broken))
    results, after = scene.moderate(scene.put_image("a.jpg"), scene.put_image("b.jpg"))
    assert (len(before["errors"]), len(results), after["errors"]) == (2, 2, [])


def test_detect_accepts_bytes(scene):
    answer = scene.rekognition.detect_moderation_labels(Image={"Bytes": image_bytes()})
    assert answer["ModerationLabels"] == []
    assert scene.emulator.usage()["images_billed"] == 1


def test_detect_refuses_bytes_that_are_not_an_image(scene):
    with pytest.raises(scene.rekognition.exceptions.InvalidImageFormatException):
        scene.rekognition.detect_moderation_labels(Image={"Bytes": io.BytesIO(b"not an image").read()})
    assert scene.emulator.usage()["images_billed"] == 0
