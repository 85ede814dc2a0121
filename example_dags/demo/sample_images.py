"""
Which sample images there are: about two hundred files of a photo site, with what each of them shows.

They are the same in every run: pictures and labels. What an image shows stands in its object metadata
(``rekmedia-labels``, ``rekmedia-content-types``), where the emulator reads it: an emulator cannot see.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from random import Random
from typing import Final

from PIL import Image

from demo.broken_images import iter_broken
from demo.drawings import draw

__all__ = ["SampleFile", "iter_sample_files"]


@dataclass(frozen=True)
class SampleFile:
    """
    One object to upload.

    :param key: its S3 key
    :param body: its bytes
    :param content_type: what the uploader claims that it is
    :param uploaded_at: when its owner uploaded it, aware UTC
    :param metadata: object metadata; what the emulator will see in the image
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

    :param shows: what the emulator will see in each of them: label to confidence, in percent
    :param content_types: the same for content types
    """

    subject: str
    pictures: int
    shows: Mapping[str, float] = field(default_factory=dict)
    content_types: Mapping[str, float] = field(default_factory=dict)


_ALBUMS: Final = (
    _Album("landscape", 71),
    _Album("portrait", 58),
    _Album("beach", 16, shows={"Female Swimwear or Underwear": 92}),
    _Album("wine", 12, shows={"Alcoholic Beverages": 88}),
    _Album("casino", 8, shows={"Gambling": 94}),
    _Album("cigarette", 8, shows={"Smoking": 81}),
    _Album("pills", 6, shows={"Pills": 76}),
    _Album("comic", 10, shows={"Physical Violence": 64}, content_types={"Illustrated": 97}),
)
_SIZES: Final = ((320, 240), (640, 480), (480, 640), (800, 600), (400, 400), (1280, 960))

#: One file in so many was uploaded on the day before, and one on the day after.
_STRAY: Final = 33


def iter_sample_files(prefix: str, *, day: datetime) -> Iterator[SampleFile]:
    """
    Make the sample files, one at a time.

    :param prefix: what every key starts with; ends in a slash
    :param day: midnight UTC, the beginning of the day on which most of them were uploaded
    :return: images that can be analyzed, then the broken ones, then a file that is no image at all
    """
    dice = Random(20260430)  # noqa: S311 - the same pictures every time is the point
    number = 0
    for album in _ALBUMS:
        for _ in range(album.pictures):
            number += 1
            yield _picture(album, _Upload(prefix, number, day), dice)
    for broken in iter_broken(dice):
        number += 1
        upload = _Upload(prefix, number, day)
        key = f"{upload.stem(broken.fault)}{broken.suffix}"
        yield SampleFile(key, broken.body, broken.content_type, upload.at)
    yield SampleFile(f"{prefix}readme.txt", b"Pictures, by day and hour.\n", "text/plain", day)


@dataclass(frozen=True)
class _Upload:
    """
    When and under which name a file was uploaded.

    :param number: counts the files from 1
    """

    prefix: str
    number: int
    day: datetime

    @property
    def at(self) -> datetime:
        """Spread the files over the day, as a site's uploads are; the strays lie just outside of it."""
        match self.number % _STRAY:
            case 0:
                return self.day - timedelta(minutes=self.number)
            case 1:
                return self.day + timedelta(days=1, seconds=self.number % 60)
            case _:
                return self.day + timedelta(minutes=self.number * 431 % (24 * 60))

    def stem(self, subject: str) -> str:
        """Name the file, without a suffix: the hour is in the key, as sites do."""
        return f"{self.prefix}{self.at:%Y-%m-%d/%Hh}/{subject}-{self.number:03d}"


def _picture(album: _Album, upload: _Upload, dice: Random) -> SampleFile:
    image = draw(album.subject, dice.choice(_SIZES), dice)
    as_png = dice.random() < 0.25  # noqa: PLR2004 - one in four
    body = _encode(image, "PNG") if as_png else _encode(image, "JPEG", quality=72)
    metadata = {
        f"rekmedia-{name}": "; ".join(f"{what}={_vary(sure, dice)}" for what, sure in seen.items())
        for name, seen in (("labels", album.shows), ("content-types", album.content_types))
        if seen
    }
    suffix, content_type = (".png", "image/png") if as_png else (".jpg", "image/jpeg")
    return SampleFile(upload.stem(album.subject) + suffix, body, content_type, upload.at, metadata)


def _vary(confidence: float, dice: Random) -> float:
    """Scatter a confidence, for a service is never equally sure twice."""
    return round(min(99.9, max(1.0, dice.gauss(confidence, 9))), 1)


def _encode(image: Image.Image, image_format: str, **options: int) -> bytes:
    file = BytesIO()
    image.save(file, image_format, **options)
    return file.getvalue()
