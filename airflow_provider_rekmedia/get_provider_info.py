"""What Airflow reads to know this package; it imports nothing, because Airflow calls it at every start."""

from typing import Any

__all__ = ["get_provider_info"]

_PACKAGE = "airflow_provider_rekmedia"
_INTEGRATION = "Amazon Rekognition"


def get_provider_info() -> dict[str, Any]:
    """Describe the package by the keys of ``airflow/provider_info.schema.json``."""
    return {
        "package-name": "airflow-provider-rekmedia",
        "name": "Amazon Rekognition media analysis",
        "description": "Moderate a bucket of images with Amazon Rekognition, in bulk or image by image.",
        "integrations": [
            {
                "integration-name": _INTEGRATION,
                "external-doc-url": "https://docs.aws.amazon.com/rekognition/latest/dg/bulk-analysis.html",
                "tags": ["aws"],
            }
        ],
        "operators": [
            _modules(
                "operators.finish_review",
                "operators.manifest",
                "operators.media_analysis",
                "operators.moderation_labels",
                "operators.plan_review",
                "operators.results",
                "operators.review",
                "operators.verdicts",
            )
        ],
        "sensors": [_modules("sensors.media_analysis")],
        "hooks": [_modules("hooks.rekognition")],
        "triggers": [_modules("triggers.job_slot", "triggers.media_analysis", "triggers.submission")],
        "extra-links": [
            f"{_PACKAGE}.links.rekognition.RekognitionConsoleLink",
            f"{_PACKAGE}.links.rekognition.RekognitionResultsLink",
            f"{_PACKAGE}.links.report.RekognitionReportLink",
        ],
    }


def _modules(*names: str) -> dict[str, Any]:
    return {"integration-name": _INTEGRATION, "python-modules": [f"{_PACKAGE}.{name}" for name in names]}
