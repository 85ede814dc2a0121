"""Decisions of the per-image engine: how fast to call, and what to do after a refused call."""
