import pytest

from airflow_provider_rekmedia.adapters.account import fetch_identity, iter_quotas
from airflow_provider_rekmedia.core.errors import AccessDenied


def test_the_identity_is_an_arn(rekmedia_emulator):
    assert fetch_identity(rekmedia_emulator.client("sts")).startswith("arn:aws:sts::123456789012:")


def test_quotas_have_names_and_values(rekmedia_emulator):
    quotas = dict(iter_quotas(rekmedia_emulator.client("service-quotas")))

    assert 50.0 in quotas.values()


def test_a_denied_question_is_an_error(rekmedia_emulator):
    rekmedia_emulator.deny("servicequotas:ListServiceQuotas")

    with pytest.raises(AccessDenied):
        list(iter_quotas(rekmedia_emulator.client("service-quotas")))


def test_every_page_of_the_quotas_is_read():
    class Pages:
        def list_service_quotas(self, *, ServiceCode, NextToken=None):  # noqa: N803 boto3's arguments
            quota = {"QuotaName": f"after {NextToken}", "Value": 1}
            return {"Quotas": [quota]} | ({} if NextToken else {"NextToken": "a"})

    assert [name for name, _ in iter_quotas(Pages())] == ["after None", "after a"]
