import logging

import pytest
from operators.judging import moderate

from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator
from airflow_provider_rekmedia.operators.moderation_labels import RekognitionDetectModerationLabelsOperator
from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator


@pytest.fixture(params=[False, True], ids=["waiting", "deferrable"])
def start(request, photos):
    """Build the operator for a manifest of two images."""
    manifest = photos.put_manifest(photos.put("beach.jpg", labels="Pills"), photos.put("cat.jpg"))

    def build(**changes):
        arguments = {
            "task_id": "task",
            "manifest": manifest,
            "output": "s3://photos/out/",
            "deferrable": request.param,
            "poll_interval": 0.1,
            "timeout": 30,
        }
        return RekognitionStartMediaAnalysisJobOperator(**arguments | changes)

    return build


@pytest.fixture
def job(night):
    """Two flagged images, a clean one, and three that fail."""
    names = ("beach.jpg", "pills.jpg", "cat.jpg", "broken.jpg", "icon.jpg", "no-such.jpg")
    return moderate(night.put_manifest(*(f"s3://photos/uploads/{name}" for name in names)))


@pytest.fixture
def task_log(monkeypatch, caplog):
    """What tasks log; Airflow's own logger goes past caplog."""
    for kind in (RekognitionDetectModerationLabelsOperator, RekognitionMediaAnalysisResultsOperator):
        monkeypatch.setattr(kind, "log", logging.getLogger("task"))
    caplog.set_level("INFO", logger="task")
    caplog.set_level("INFO", logger="airflow_provider_rekmedia")
    return caplog
