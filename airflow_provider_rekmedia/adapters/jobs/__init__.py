"""Submits jobs and looks at them."""
