"""Gathers images from sources, and writes manifests of them."""
