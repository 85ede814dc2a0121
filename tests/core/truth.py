"""Sources of expected values: botocore's model of Rekognition, and the examples of AWS."""

import json
from functools import cache
from pathlib import Path

from botocore.loaders import Loader
from botocore.model import ServiceModel

GOLDEN = Path(__file__).parents[1] / "golden"


@cache
def rekognition():
    """botocore's model of the service."""
    return ServiceModel(Loader().load_service_model("rekognition", "service-2"), "rekognition")


def enum(shape):
    """The values that AWS lists for a shape."""
    return rekognition().shape_for(shape).metadata["enum"]


def limits(shape):
    """The limits of a shape: ``min``, ``max``, ``pattern``."""
    return rekognition().shape_for(shape).metadata


def documented_job():
    """The one job of AWS's example for ListMediaAnalysisJobs, with times as text."""
    return json.loads((GOLDEN / "list_media_analysis_jobs.json").read_text())["MediaAnalysisJobs"][0]
