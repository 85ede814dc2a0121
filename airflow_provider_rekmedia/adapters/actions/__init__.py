"""Stores and calls of actions: conditional S3 calls, the action log, files for other programs."""
