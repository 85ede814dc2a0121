"""``python -m airflow_provider_rekmedia.emulator``."""

import sys

from .server.command_line import main

sys.exit(main())
