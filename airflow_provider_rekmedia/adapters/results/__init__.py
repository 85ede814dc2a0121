"""Reads the files of finished jobs, and writes tables."""
