"""Fixtures: a bucket of images on the emulator, behind Airflow's default AWS connection."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from image_files import image_bytes


@pytest.fixture
def aws(rekmedia_emulator, monkeypatch):
    """The emulator behind Airflow's default AWS connection. Jobs are quick, output keys are random."""
    rekmedia_emulator.configure(created_s=0.05, queued_s=0.05, in_progress_s=0.1, unguessable_keys=True)
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", rekmedia_emulator.airflow_connection())
    # No scheduler runs here, so a short deferral cannot race with it.
    monkeypatch.setattr("airflow_provider_rekmedia.tasks.scheduler_race.MIN_DEFERRAL_S", 0.0)
    return rekmedia_emulator


@dataclass
class Photos:
    """A bucket of images. Their metadata declares the labels that the emulator finds in them."""

    client: Any
    bucket: str = "photos"

    def put(self, name: str, *, labels: str = "", body: bytes | None = None) -> str:
        key = f"uploads/{name}"
        self.client.put_object(
            Bucket=self.bucket,
            Key=key,
            Body=image_bytes() if body is None else body,
            Metadata={"rekmedia-labels": labels} if labels else {},
        )
        return f"s3://{self.bucket}/{key}"

    def put_manifest(self, *images: str, name: str = "manifest.jsonl") -> str:
        body = "".join(f'{{"source-ref": "{image}"}}\n' for image in images)
        self.client.put_object(Bucket=self.bucket, Key=name, Body=body.encode())
        return f"s3://{self.bucket}/{name}"

    @property
    def today(self) -> datetime:
        """The midnight before the newest upload, UTC."""
        found = self.client.list_objects_v2(Bucket=self.bucket)["Contents"]
        newest: datetime = max(each["LastModified"] for each in found)
        return newest.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.fixture
def photos(aws) -> Photos:
    client = aws.client("s3")
    client.create_bucket(Bucket="photos")
    return Photos(client)


@pytest.fixture
def night(photos) -> Photos:
    """
    Eight uploads.

    Two images are flagged, three are clean and one is too small. One file is not an image, and one has
    another suffix.
    """
    photos.put("beach.jpg", labels="Female Swimwear or Underwear=97.5")
    photos.put("pills.jpg", labels="Pills=88.5")
    for name in ("cat.jpg", "dog.JPEG", "tree.png"):
        photos.put(name)
    photos.put("broken.jpg", body=b"GIF89a, not what its name says")
    photos.put("icon.jpg", body=image_bytes(40))
    photos.put("notes.txt", body=b"skipped")
    return photos


#: The results of the uploads of :func:`night`: the labels that they declare, and the parents of these labels
#: in AWS's taxonomy.
NIGHT = {
    "counts": {
        "images": 7,
        "analyzed": 5,
        "flagged": 4,
        "allow": 3,
        "review": 3,
        "block": 1,
        "failed": 2,
        "unaccounted": 0,
    },
    "label_counts": {
        "Female Swimwear or Underwear": 1,
        "Swimwear or Underwear": 1,
        "Pills": 1,
        "Products": 1,
        "Drugs & Tobacco": 1,
    },
    "flagged": [
        {
            "uri": "s3://photos/uploads/pills.jpg",
            "verdict": "block",
            "rule": "Drugs & Tobacco",
            "confidence": 88.5,
            "labels": {"Pills": 88.5, "Products": 88.5, "Drugs & Tobacco": 88.5},
        },
        {
            "uri": "s3://photos/uploads/beach.jpg",
            "verdict": "review",
            "rule": "default",
            "confidence": 97.5,
            "labels": {"Female Swimwear or Underwear": 97.5, "Swimwear or Underwear": 97.5},
        },
        *(
            {
                "uri": f"s3://photos/uploads/{name}.jpg",
                "verdict": "review",
                "rule": "not_analyzed",
                "confidence": 0.0,
                "labels": {},
            }
            for name in ("broken", "icon")
        ),
    ],
}
