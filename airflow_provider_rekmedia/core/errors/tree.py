"""The root of the error tree."""

from collections.abc import Mapping
from typing import Any, ClassVar

__all__ = ["RekmediaError"]


#: What a class's constructor makes of the other fields, for its template.
_DERIVED = frozenset({"advice", "reason"})


class RekmediaError(Exception):
    """
    Root of the tree; raised only through its leaves.

    :param fields: What the class's ``template`` names. They are kept, so that an error can be pickled, or be
        encoded into a trigger's event and rebuilt on the other side.
    """

    template: ClassVar[str]
    #: Whether the same call, made again later, can succeed.
    retryable: bool = False

    def __init__(self, **fields: Any) -> None:
        self._fields = fields
        super().__init__(self.template.format(**fields))

    @property
    def fields(self) -> dict[str, Any]:
        """What the constructor takes to make this error again."""
        return {name: value for name, value in self._fields.items() if name not in _DERIVED}

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.fields)


def _rebuild(kind: type[RekmediaError], fields: Mapping[str, Any]) -> RekmediaError:
    return kind(**fields)
