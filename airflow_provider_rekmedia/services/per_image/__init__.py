"""Analyzes the images of a manifest one by one."""
