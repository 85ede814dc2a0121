"""DetectModerationLabels in memory."""

import threading
import time
from collections import Counter
from types import SimpleNamespace

from botocore.exceptions import ClientError


class ImageService:
    """
    :param seconds: How long a call takes.
    """

    meta = SimpleNamespace()

    def __init__(self, seconds=0.0):
        self.billed = Counter()
        self.seconds = seconds
        self._lock = threading.Lock()

    def detect_moderation_labels(self, *, Image, **_):  # noqa: N803 boto3's name
        time.sleep(self.seconds)
        with self._lock:
            self.billed[Image["S3Object"]["Name"]] += 1
        return {"ModerationLabels": [], "ModerationModelVersion": "7.0"}


class RefusingService:
    """The same service, for an attempt whose calls for one image are refused."""

    meta = SimpleNamespace()

    def __init__(self, service, name):
        self._service, self._name = service, name

    def detect_moderation_labels(self, *, Image, **_):  # noqa: N803 boto3's name
        if Image["S3Object"]["Name"] == self._name:
            error = {"Error": {"Code": "InvalidImageFormatException", "Message": "not an image"}}
            raise ClientError(error, "DetectModerationLabels")
        return self._service.detect_moderation_labels(Image=Image)
