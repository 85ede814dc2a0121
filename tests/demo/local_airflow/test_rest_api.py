"""The client of Airflow's API on releases with and without a token."""

import httpx
import pytest

from airflow_provider_rekmedia.demo.local_airflow.rest_api import AirflowApi

URL = "http://127.0.0.1:8080"


class Server:
    """An Airflow that wants a token, as 3.1 does; ``gives_token=False`` has users with passwords."""

    def __init__(self, *, gives_token):
        self.gives_token = gives_token
        self.paths = []

    def __call__(self, request):
        self.paths.append(request.url.path)
        if request.url.path == "/auth/token":
            return httpx.Response(201 if self.gives_token else 401, json={"access_token": "secret"})
        if request.headers.get("Authorization") != "Bearer secret":
            return httpx.Response(401)
        return httpx.Response(200, json={"state": "success", "import_errors": []})


def api_of(server):
    api = AirflowApi(URL)
    api._client = httpx.Client(base_url=f"{URL}/api/v2", transport=httpx.MockTransport(server))
    return api


def test_a_release_that_wants_a_token_gets_it_once():
    server = Server(gives_token=True)
    api = api_of(server)

    assert api.import_errors() == []
    assert api.import_errors() == []
    assert server.paths == ["/api/v2/importErrors", "/auth/token", *["/api/v2/importErrors"] * 2]


def test_without_a_token_the_refusal_is_raised():
    with pytest.raises(httpx.HTTPStatusError, match="401"):
        api_of(Server(gives_token=False)).import_errors()
