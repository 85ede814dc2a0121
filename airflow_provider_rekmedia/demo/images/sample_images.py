"""
The sample files: about two hundred files of a photo site, with the labels of each.

They are the same in every run. The labels are in the object metadata (``rekmedia-labels``,
``rekmedia-content-types``), where the emulator reads them, because it cannot analyze a picture.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from random import Random
from typing import Final

from PIL import Image

from .broken_images import iter_broken_images
from .drawings import draw

__all__ = ["SampleFile", "iter_sample_files"]


@dataclass(frozen=True)
class SampleFile:
    """
    One object to upload.

    :param key: its S3 key
    :param body: its bytes
    :param content_type: what the uploader sends; it may be wrong
    :param uploaded_at: when its owner uploaded it, aware UTC
    :param metadata: object metadata, with the labels for the emulator
    """

    key: str
    body: bytes
    content_type: str
    uploaded_at: datetime
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Album:
    """
    Pictures of one subject.

    :param labels: the emulator's answer for each picture: label to mean confidence in percent
    :param content_types: the same for content types
    """

    subject: str
    pictures: int
    labels: Mapping[str, float] = field(default_factory=dict)
    content_types: Mapping[str, float] = field(default_factory=dict)


_ALBUMS: Final = (
    _Album("landscape", 71),
    _Album("portrait", 58),
    _Album("beach", 16, labels={"Female Swimwear or Underwear": 92}),
    _Album("wine", 12, labels={"Alcoholic Beverages": 88}),
    _Album("casino", 8, labels={"Gambling": 94}),
    _Album("cigarette", 8, labels={"Smoking": 81}),
    _Album("pills", 6, labels={"Pills": 76}),
    _Album("comic", 10, labels={"Physical Violence": 64}, content_types={"Illustrated": 97}),
)
_SIZES: Final = ((320, 240), (640, 480), (480, 640), (800, 600), (400, 400), (1280, 960))

#: One of this many files was uploaded on the day before, and one on the day after.
_OTHER_DAY_EVERY: Final = 33


def iter_sample_files(prefix: str, *, day: datetime) -> Iterator[SampleFile]:
    """
    Make the sample files, one at a time.

    :param prefix: of every key; ends in a slash
    :param day: the day on which most of them were uploaded: its midnight, UTC
    :return: images that can be analyzed, then broken images, then a text file
    """
    rng = Random(20260430)  # noqa: S311 - a seed makes the same pictures every time
    number = 0
    for album in _ALBUMS:
        for _ in range(album.pictures):
            number += 1
            yield _picture(album, _Upload(prefix, number, day), rng)
    for broken in iter_broken_images(rng):
        number += 1
        upload = _Upload(prefix, number, day)
        key = f"{upload.stem(broken.fault)}{broken.suffix}"
        yield SampleFile(key, broken.body, broken.content_type, upload.at)
    yield SampleFile(f"{prefix}readme.txt", b"Pictures, by day and hour.\n", "text/plain", day)


@dataclass(frozen=True)
class _Upload:
    """
    The time and the name of an upload.

    :param number: of the file, from 1
    """

    prefix: str
    number: int
    day: datetime

    @property
    def at(self) -> datetime:
        """The upload time. The files are spread over the day; a few are just outside of it."""
        match self.number % _OTHER_DAY_EVERY:
            case 0:
                return self.day - timedelta(minutes=self.number)
            case 1:
                return self.day + timedelta(days=1, seconds=self.number % 60)
            case _:
                return self.day + timedelta(minutes=self.number * 431 % (24 * 60))

    def stem(self, subject: str) -> str:
        """Return the key without a suffix. It contains the day and the hour."""
        return f"{self.prefix}{self.at:%Y-%m-%d/%Hh}/{subject}-{self.number:03d}"


def _picture(album: _Album, upload: _Upload, rng: Random) -> SampleFile:
    image = draw(album.subject, rng.choice(_SIZES), rng)
    as_png = rng.random() < 0.25  # noqa: PLR2004 - one in four
    body = _encode(image, "PNG") if as_png else _encode(image, "JPEG", quality=72)
    metadata = {
        f"rekmedia-{name}": "; ".join(f"{label}={_vary(mean, rng)}" for label, mean in means.items())
        for name, means in (("labels", album.labels), ("content-types", album.content_types))
        if means
    }
    suffix, content_type = (".png", "image/png") if as_png else (".jpg", "image/jpeg")
    return SampleFile(upload.stem(album.subject) + suffix, body, content_type, upload.at, metadata)


def _vary(confidence: float, rng: Random) -> float:
    """Vary a confidence, as a real service does."""
    return round(min(99.9, max(1.0, rng.gauss(confidence, 9))), 1)


def _encode(image: Image.Image, image_format: str, **options: int) -> bytes:
    file = BytesIO()
    image.save(file, image_format, **options)
    return file.getvalue()
