"""
How long a deferral lasts at least.

A task that is woken before the scheduler has seen its worker end is taken for a crashed one, and marked
failed (apache/airflow#66374, seen on 3.3.2 with waits below 3 s). Nothing here is so urgent that it could
not wait.
"""

__all__ = ["LEAST_DEFERRAL_S"]

#: Seconds. Not ``Final``: tests that have no scheduler set it to 0.
LEAST_DEFERRAL_S = 5.0
