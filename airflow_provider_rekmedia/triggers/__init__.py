"""Waiting on the triggerer."""
