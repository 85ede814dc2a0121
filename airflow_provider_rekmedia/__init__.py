"""Moderate a bucket of images from an Airflow Dag with Amazon Rekognition bulk analysis."""

from importlib.metadata import version

__all__ = ["__version__"]


def __getattr__(name: str) -> str:
    """Look up ``__version__`` lazily: reading metadata costs more than this whole import."""
    if name == "__version__":
        return version("airflow-provider-rekmedia")
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
