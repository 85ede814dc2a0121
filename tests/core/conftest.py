"""Properties on shared, slow machines: no deadline per example."""

from hypothesis import settings

settings.register_profile("rekmedia", deadline=None, max_examples=100)
settings.load_profile("rekmedia")
