"""Checks on image files, and the labels of an image."""
