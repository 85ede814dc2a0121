"""Selects the images that go into manifests."""
