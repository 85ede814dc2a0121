import json

import pytest
from botocore.exceptions import ClientError

from airflow_provider_rekmedia.emulator.service.service_quotas import list_quotas
from airflow_provider_rekmedia.emulator.settings.denied_access import DeniedAccess
from airflow_provider_rekmedia.emulator.settings.settings import Settings


def test_the_quotas_are_those_of_the_settings():
    response = list_quotas(Settings(max_active_jobs=4, tps={"DetectModerationLabels": 9.0}), "us-east-1")

    values = [quota["Value"] for quota in json.loads(response.body)["Quotas"]]
    assert {4.0, 9.0} < set(values)


def test_the_call_can_be_denied():
    denied = (DeniedAccess("servicequotas:ListServiceQuotas"),)

    assert list_quotas(Settings(denied_access=denied), "us-east-1").status == 400


@pytest.mark.parametrize("denied", [False, True])
def test_boto3_reads_the_quotas(rekmedia_emulator, denied):
    client = rekmedia_emulator.client("service-quotas", "eu-west-1")
    if denied:
        rekmedia_emulator.deny("servicequotas:ListServiceQuotas")
        with pytest.raises(ClientError, match="AccessDeniedException"):
            client.list_service_quotas(ServiceCode="rekognition")
        return

    quotas = client.list_service_quotas(ServiceCode="rekognition")["Quotas"]

    assert "rekognition" in quotas[0]["QuotaArn"]
    assert ":eu-west-1:" in quotas[0]["QuotaArn"]
