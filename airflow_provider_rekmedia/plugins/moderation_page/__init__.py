"""The Moderation page: a FastAPI app that the api-server of Airflow 3.1 and newer mounts."""

from typing import Final

__all__ = ["RESULTS_OPERATOR"]

#: The operator that writes reports. Its class is not imported: every Airflow process imports this module.
RESULTS_OPERATOR: Final = "RekognitionMediaAnalysisResultsOperator"
