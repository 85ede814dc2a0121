"""Properties whose examples share a fixture: no deadline per example."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "rekmedia", deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("rekmedia")
