"""``python -m airflow_provider_rekmedia``."""

import sys

from .command_line.program import main

sys.exit(main())
