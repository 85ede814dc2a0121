"""``python -m airflow_provider_rekmedia.emulator``."""

import sys

from .command_line import main

sys.exit(main())
