"""Make the thousands of boto3 clients of the tests cheap; what they do stays the same."""

import functools
import inspect
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from botocore import hooks
from botocore.hooks import EventAliaser
from botocore.loaders import JSONFileLoader, Loader

__all__ = ["speed_up_new_clients"]


def speed_up_new_clients() -> None:
    """Compute once what each session and each client of boto3 computes again."""
    # Each client parses megabytes of JSON, and lists all services.
    load_file = functools.cache(JSONFileLoader().load_file)
    list_services = functools.cache(Loader().list_available_services)
    _replace(JSONFileLoader, "load_file", lambda _, path: load_file(path))
    _replace(Loader, "list_available_services", lambda _, type_name: list_services(type_name))
    # Each session registers a hundred handlers of events.
    _replace(EventAliaser, "__init__", _with_shared_aliases(EventAliaser.__init__))
    _replace(hooks, "accepts_kwargs", _accepts_kwargs)
    # For its user agent, the Amazon provider looks for the operator in the stack; it needs no source files.
    _replace(inspect, "stack", _stack_without_sources)


def _replace(owner: Any, name: str, value: Any) -> None:
    """Assign to an attribute, which mypy forbids if it is a method."""
    setattr(owner, name, value)


def _with_shared_aliases(init: Callable[..., None]) -> Callable[..., None]:
    """Let all sessions share what they know of botocore's own aliases."""
    shared: dict[str, str] = {}

    def init_and_share(self: Any, emitter: Any, event_aliases: Any = None, **kwargs: Any) -> None:
        init(self, emitter, event_aliases, **kwargs)
        if event_aliases is None:
            self._alias_name_cache = shared

    return init_and_share


_known: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()


def _accepts_kwargs(handler: Any) -> bool:
    function = getattr(handler, "__func__", handler)
    if function not in _known:
        _known[function] = bool(inspect.getfullargspec(function)[2])
    return _known[function]


def _stack_without_sources(_: int = 1) -> list[inspect.FrameInfo]:
    """Return the frames as ``inspect.stack`` does, in a hundredth of its time."""
    frames = []
    frame = inspect.currentframe()
    while frame is not None and (frame := frame.f_back) is not None:
        code = frame.f_code
        frames.append(inspect.FrameInfo(frame, code.co_filename, frame.f_lineno, code.co_name, None, None))
    return frames
