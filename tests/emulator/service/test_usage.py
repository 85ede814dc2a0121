"""The counters."""

from airflow_provider_rekmedia.emulator.protocol.operations import OPERATIONS
from airflow_provider_rekmedia.emulator.service.usage import Usage


def test_all_operations_are_counted_from_zero():
    assert Usage().describe()["calls"] == dict.fromkeys(OPERATIONS, 0)


def test_the_maximum_of_active_jobs_is_kept():
    usage = Usage()
    for active in (1, 3, 2):
        usage.count_job(active=active)
    assert (usage.jobs, usage.most_active_jobs) == (3, 3)
