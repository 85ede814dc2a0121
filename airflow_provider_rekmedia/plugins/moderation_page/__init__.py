"""The Moderation page: a FastAPI app that the api-server of Airflow 3.1 and newer mounts."""

from typing import Final

__all__ = ["RESULTS_OPERATOR", "REVIEW_OPERATOR"]

# Their classes are not imported: every Airflow process imports this module.

#: The operator that writes reports.
RESULTS_OPERATOR: Final = "RekognitionMediaAnalysisResultsOperator"
#: The operator that waits for a person.
REVIEW_OPERATOR: Final = "RekognitionReviewOperator"
