"""
The shortest deferral.

If a task resumes before the scheduler has seen its worker end, the scheduler treats the task as crashed and
marks it failed (apache/airflow#66374, seen on 3.3.2 with waits below 3 s). So a deferral lasts at least this
long.
"""

__all__ = ["MIN_DEFERRAL_S"]

#: Seconds. Not ``Final``: tests without a scheduler set it to 0.
MIN_DEFERRAL_S = 5.0
