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
            {
                "integration-name": _INTEGRATION,
                "python-modules": [
                    f"{_PACKAGE}.operators.manifest",
                    f"{_PACKAGE}.operators.media_analysis",
                    f"{_PACKAGE}.operators.moderation_labels",
                    f"{_PACKAGE}.operators.results",
                ],
            }
        ],
        "sensors": [
            {"integration-name": _INTEGRATION, "python-modules": [f"{_PACKAGE}.sensors.media_analysis"]}
        ],
        "hooks": [{"integration-name": _INTEGRATION, "python-modules": [f"{_PACKAGE}.hooks.rekognition"]}],
        "triggers": [
            {
                "integration-name": _INTEGRATION,
                "python-modules": [
                    f"{_PACKAGE}.triggers.media_analysis",
                    f"{_PACKAGE}.triggers.submission",
                ],
            }
        ],
        "extra-links": [
            f"{_PACKAGE}.links.rekognition.RekognitionConsoleLink",
            f"{_PACKAGE}.links.rekognition.RekognitionResultsLink",
            f"{_PACKAGE}.links.report.RekognitionReportLink",
        ],
    }
