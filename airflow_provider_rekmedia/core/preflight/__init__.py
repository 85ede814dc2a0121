"""Checks before anything is paid: what a run needs, and what its findings mean."""
