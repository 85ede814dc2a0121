"""``python -m demo`` runs one night and tells about it; ``python -m demo serve`` stays on for a browser."""

import argparse
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from demo.background import ProgramDied
from demo.local_airflow import DagRefused
from demo.log_tail import tail
from demo.one_night import NightFailed, show_one_night
from demo.own_folder import FolderInUse
from demo.progress import Progress
from demo.serve import serve

__all__ = ["main"]

_PROGRAMS: Final[dict[str, Callable[[Path, Progress], None]]] = {"night": show_one_night, "serve": serve}


def main() -> int:
    """
    Run one of the two programs.

    :return: the exit code: 0, 1 when something failed, 130 when somebody stopped it
    """
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("program", nargs="?", choices=tuple(_PROGRAMS), default="night")
    parser.add_argument("--folder", type=Path, default=Path(".demo"), help="for everything it writes")
    chosen = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        _PROGRAMS[chosen.program](chosen.folder.resolve() / chosen.program, Progress())
    except (ProgramDied, NightFailed) as failure:
        sys.stderr.write(f"\n{failure}. The end of {failure.log}:\n\n{tail(failure.log)}\n")
        return 1
    except FolderInUse as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    except (DagRefused, TimeoutError) as failure:
        sys.stderr.write(f"\n{failure}\nLogs: {chosen.folder / chosen.program / 'airflow'}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _stop(*_: Any) -> None:
    """Stop once: a second Ctrl-C must not interrupt the stopping, which ends by itself within seconds."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
