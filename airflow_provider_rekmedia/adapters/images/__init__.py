"""Reads images from sources, and writes manifests."""
