"""The emulator as a program."""

import argparse
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import Field, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from .configuration import InvalidSettings, change_settings
from .rules import InvalidRules, read_rules
from .server import LOOPBACK, running
from .settings import DOCUMENTED_TPS, Settings

__all__ = ["build_parser", "main"]

#: These have options of their own; the others get one each, made from the settings.
_BY_HAND = frozenset({"rules", "tps", "adapters"})


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Serve until SIGTERM or SIGINT.

    :param arguments: ``None`` is the process's own.
    :return: the exit status: 0, or 2 when the options make no sense.
    """
    parser = build_parser()
    options = parser.parse_args(arguments)
    try:
        settings = _settings(options)
    except (InvalidSettings, InvalidRules, OSError) as error:
        parser.error(str(error))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with running(settings, host=options.host, port=options.port) as handle:
        sys.stdout.write(f"Rekognition, S3 and STS at {handle.endpoint_url}\n")
        sys.stdout.flush()
        if options.ready_file is not None:
            _write_atomically(options.ready_file, str(handle.endpoint_url))
        stop.wait()
    if options.ready_file is not None:
        options.ready_file.unlink(missing_ok=True)
    return 0


def build_parser() -> argparse.ArgumentParser:
    """Make the parser: the server's options, and one for every setting."""
    parser = argparse.ArgumentParser(prog="python -m airflow_provider_rekmedia.emulator", description=__doc__)
    parser.add_argument("--host", default=LOOPBACK, help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=5000, help="0 picks a free one (default: %(default)s)")
    parser.add_argument(
        "--ready-file", type=Path, help="file that holds the endpoint while the server listens"
    )
    parser.add_argument("--rules", type=Path, help="YAML or JSON file: which images show what")
    parser.add_argument(
        "--adapter", action="append", metavar="ARN", help="an adapter that exists; repeatable"
    )
    parser.add_argument(
        "--tps", action="append", default=[], metavar="OPERATION=N", help="a rate quota; repeatable"
    )
    parser.add_argument(
        "--documented-tps", action="store_true", help="AWS's default rate quotas in us-east-1"
    )
    hints = get_type_hints(Settings)
    for setting in fields(Settings):
        if setting.name not in _BY_HAND:
            _add_option(parser, setting, hints[setting.name])
    return parser


def _add_option(parser: argparse.ArgumentParser, setting: Field[Any], hint: Any) -> None:
    name = "--" + setting.name.replace("_", "-")
    text = f"{setting.metadata['help']} (default: {setting.default})"
    if hint is bool:
        parser.add_argument(name, action=argparse.BooleanOptionalAction, default=setting.default, help=text)
    elif get_origin(hint) is Literal:
        choices = get_args(hint)
        kind = type(choices[0])
        parser.add_argument(name, type=kind, choices=choices, default=setting.default, help=text)
    else:
        kind = next((choice for choice in get_args(hint) if choice is not type(None)), hint)
        parser.add_argument(name, type=kind, metavar="N", default=setting.default, help=text)


def _settings(options: argparse.Namespace) -> Settings:
    changes = {
        field.name: getattr(options, field.name) for field in fields(Settings) if field.name not in _BY_HAND
    }
    changes["tps"] = (dict(DOCUMENTED_TPS) if options.documented_tps else {}) | _parse_tps(options.tps)
    changes["adapters"] = options.adapter
    changes["rules"] = () if options.rules is None else read_rules(options.rules)
    return change_settings(Settings(), changes)


def _parse_tps(entries: Sequence[str]) -> dict[str, float]:
    try:
        return {operation: float(limit) for operation, limit in (entry.split("=") for entry in entries)}
    except ValueError:
        msg = "--tps takes OPERATION=N, such as GetMediaAnalysisJob=20"
        raise InvalidSettings(msg) from None


def _write_atomically(path: Path, text: str) -> None:
    """Whoever sees the file sees all of it."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)
