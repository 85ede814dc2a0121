import pytest
from aws_stage import OUTPUT

from airflow_provider_rekmedia.adapters.per_image.leases import LeaseStore
from airflow_provider_rekmedia.core.errors import UnreadableRecord
from airflow_provider_rekmedia.core.per_image.lease import Lease

URI = OUTPUT.join("_rekmedia/lease.json")
LEASE = Lease(holder="a", attempt=1)


def test_a_lease_round_trips_and_is_replaced_only_if_it_is_unchanged(stage):
    leases = LeaseStore(stage.objects, URI)
    assert leases.read() is None

    etag = leases.write(LEASE, None)

    assert (leases.read().lease, leases.read().etag) == (LEASE, etag)
    assert leases.write(Lease(holder="b", attempt=2), None) is None
    assert leases.write(Lease(holder="b", attempt=2), etag)


def test_a_damaged_lease_is_an_error(stage):
    stage.objects.put(URI, b"{}", "application/json")

    with pytest.raises(UnreadableRecord):
        LeaseStore(stage.objects, URI).read()
