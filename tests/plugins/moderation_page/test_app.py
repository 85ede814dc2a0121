import pytest


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/", "/dags", "/dags/night"])
def test_there_is_no_other_page(page, path):
    response = page.get(f"/rekmedia{path}")
    assert response.status_code == 404
    assert "There is no such page" in response.text


def test_a_refusal_is_a_readable_page(page):
    response = page.get("/rekmedia/dags/other/runs/x")
    assert response.status_code == 403
    assert "You need the permission to read this Dag, and its XComs" in response.text
    assert response.headers["content-type"].startswith("text/html")
