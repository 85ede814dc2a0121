"""Fetches jobs, polls them, and checks requests before a job starts."""
