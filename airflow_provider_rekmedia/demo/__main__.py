"""``python -m airflow_provider_rekmedia.demo``."""

import sys

from .command_line import main

sys.exit(main())
