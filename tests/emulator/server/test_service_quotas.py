import json

from airflow_provider_rekmedia.emulator.server.service_quotas import list_quotas
from airflow_provider_rekmedia.emulator.settings.denied_access import DeniedAccess
from airflow_provider_rekmedia.emulator.settings.settings import Settings


def test_the_quotas_are_those_of_the_settings():
    response = list_quotas(Settings(max_active_jobs=4, tps={"DetectModerationLabels": 9.0}), "us-east-1")

    values = [quota["Value"] for quota in json.loads(response.body)["Quotas"]]
    assert {4.0, 9.0} < set(values)


def test_the_call_can_be_denied():
    denied = (DeniedAccess("servicequotas:ListServiceQuotas"),)

    assert list_quotas(Settings(denied_access=denied), "us-east-1").status == 400
