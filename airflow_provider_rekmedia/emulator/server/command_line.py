"""A local Rekognition, S3 and STS for tests. It runs until SIGTERM or SIGINT."""

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

from airflow_provider_rekmedia.emulator.settings.changes import InvalidSettings, change_settings
from airflow_provider_rekmedia.emulator.settings.rules import InvalidRules, read_rules
from airflow_provider_rekmedia.emulator.settings.settings import DOCUMENTED_TPS, Settings

from .running import LOOPBACK, running

__all__ = ["build_parser", "main"]

#: Settings with a hand-written option. The others get a generated one.
_SPECIAL = frozenset({"rules", "tps", "adapters", "denied_access"})


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the server until SIGTERM or SIGINT.

    :param arguments: ``None`` means those of the process.
    :return: the exit status 0; invalid options end the process with status 2.
    """
    parser = build_parser()
    options = parser.parse_args(arguments)
    try:
        settings = _make_settings(options)
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
    """Make the parser, with one option for each setting."""
    parser = argparse.ArgumentParser(prog="python -m airflow_provider_rekmedia.emulator", description=__doc__)
    parser.add_argument("--host", default=LOOPBACK, help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=5000, help="0 selects a free port (default: %(default)s)")
    parser.add_argument("--ready-file", type=Path, help="file with the URL, while the server listens")
    parser.add_argument("--rules", type=Path, help="YAML or JSON file: which images have which labels")
    parser.add_argument(
        "--adapter", action="append", metavar="ARN", help="an adapter that exists; repeatable"
    )
    parser.add_argument(
        "--deny",
        action="append",
        default=[],
        metavar="ACTION[=RESOURCE]",
        help="deny an IAM action, such as s3:GetObject=photos/private/*; repeatable",
    )
    parser.add_argument(
        "--tps", action="append", default=[], metavar="OPERATION=N", help="a rate quota; repeatable"
    )
    parser.add_argument(
        "--documented-tps", action="store_true", help="AWS's default rate quotas in us-east-1"
    )
    types = get_type_hints(Settings)
    for setting in fields(Settings):
        if setting.name not in _SPECIAL:
            _add_option(parser, setting, types[setting.name])
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


def _make_settings(options: argparse.Namespace) -> Settings:
    changes = {
        field.name: getattr(options, field.name) for field in fields(Settings) if field.name not in _SPECIAL
    }
    changes["tps"] = (dict(DOCUMENTED_TPS) if options.documented_tps else {}) | _parse_tps(options.tps)
    changes["adapters"] = options.adapter
    changes["denied_access"] = [_parse_denied(entry) for entry in options.deny]
    changes["rules"] = () if options.rules is None else read_rules(options.rules)
    return change_settings(Settings(), changes)


def _parse_tps(entries: Sequence[str]) -> dict[str, float]:
    try:
        return {operation: float(limit) for operation, limit in (entry.split("=") for entry in entries)}
    except ValueError:
        msg = "--tps must have the form OPERATION=N, such as GetMediaAnalysisJob=20"
        raise InvalidSettings(msg) from None


def _parse_denied(entry: str) -> dict[str, str]:
    action, _, resource = entry.partition("=")
    return {"action": action, "resource": resource or "*"}


def _write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader never sees a part of it."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)
