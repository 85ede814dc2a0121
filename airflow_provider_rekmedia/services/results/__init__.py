"""Processes the results of finished jobs."""
