"""Checks everything that a run needs before anything is paid. One module for each kind of check."""
