"""Questions about adapters for Custom Moderation."""

from typing import Final

from .fact import Fact

__all__ = ["ADAPTERS"]

_ONLY_DOCUMENTED: Final = "the package calls nothing of it; the page of learning says what is not known"

ADAPTERS: Final = (
    Fact(
        id="adapter-label-names",
        question="Which label names does the training of an adapter accept for model version 7? An answer of "
        "AWS for an older model says only top-level categories.",
        behavior="[The training manifest](../explanation/learning.md#train-an-adapter) has the names as the "
        "service returned them, of every level. Check the manifest summary of your first training.",
        folders=("core/learning",),
    ),
    Fact(
        id="adapter-parent-labels",
        question="Are parents of a label needed in the training manifest?",
        behavior="They are there if the service returned them, and nobody called them wrong.",
        folders=("core/learning",),
    ),
    Fact(
        id="adapter-test-data",
        question="Must a call of CreateProjectVersion have test data? AWS's texts differ.",
        behavior="The package writes both files. It does not call CreateProjectVersion.",
        unnamed=_ONLY_DOCUMENTED,
    ),
    Fact(
        id="adapter-price",
        question="What do the training of an adapter and its calls cost?",
        behavior="No estimate of the package includes these costs.",
        unnamed=_ONLY_DOCUMENTED,
    ),
)
