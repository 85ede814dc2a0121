"""The HTML of the review page, and its headers."""

from plugins.moderation_page.review.conftest import REVIEW
from plugins.moderation_page.review.queues import item


def test_the_page_has_only_scripts_of_the_package_and_images_of_the_bucket(page, opened, aws):
    opened([item("a.jpg")])
    response = page.get(REVIEW)
    assert response.status_code == 200
    policy = response.headers["content-security-policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert f"img-src 'self' {aws.endpoint_url}" in policy
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in response.headers["content-security-policy"]
    assert "<script>" not in response.text
    assert "style=" not in response.text


def test_without_a_login_the_page_leads_to_the_login_and_back(page):
    response = page.get(f"/airflow{REVIEW}", root_path="/airflow", user=None)
    assert response.status_code == 307
    assert response.headers["location"].startswith("/airflow/api/v2/auth/login?next=%2Fairflow%2Frekmedia%2F")
