import pytest

from airflow_provider_rekmedia.operators.media_analysis import RekognitionStartMediaAnalysisJobOperator


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
