"""The root of the error tree."""

from collections.abc import Mapping
from typing import Any, ClassVar

__all__ = ["RekmediaError"]


#: Fields that a constructor derives from the others for the template.
_DERIVED = frozenset({"advice", "reason", "call"})

#: Fields with a text of AWS, of a library or of another error, which may end in a full stop.
_SENTENCES = frozenset({"message", "problem", "reason"})


class RekmediaError(Exception):
    """
    Root of the tree. Only the leaves are raised.

    :param fields: Values for the ``template`` of the class. They are kept, so an error can be pickled, or
        encoded into the event of a trigger and rebuilt by the task.
    """

    template: ClassVar[str]
    #: Whether a retry of the same call can succeed.
    retryable: bool = False

    def __init__(self, **fields: Any) -> None:
        self._fields = fields
        shown = fields | {name: _unfinished(fields[name]) for name in _SENTENCES & fields.keys()}
        super().__init__(self._template_for(shown).format(**shown))

    def _template_for(self, fields: Mapping[str, Any]) -> str:
        """Return the template without the full stop after a text that ends in a question mark."""
        template = self.template
        for name in _SENTENCES & fields.keys():
            if str(fields[name]).endswith("?"):
                template = template.replace(f"{{{name}}}.", f"{{{name}}}")
        return template

    @property
    def fields(self) -> dict[str, Any]:
        """The arguments with which the constructor makes an equal error."""
        return {name: value for name, value in self._fields.items() if name not in _DERIVED}

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.fields)


def _unfinished(text: object) -> str:
    """Remove the full stop at the end: the template has its own punctuation."""
    return str(text).rstrip(". :")


def _rebuild(kind: type[RekmediaError], fields: Mapping[str, Any]) -> RekmediaError:
    return kind(**fields)
