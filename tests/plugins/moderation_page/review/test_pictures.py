"""Images and previews: what is sent, and what is not."""

from plugins.moderation_page.review.conftest import REVIEW
from plugins.moderation_page.review.queues import BUCKET, item, jpeg


def test_an_image_is_a_short_lived_link_to_s3(page, opened):
    opened([item("a b+c&d=e%20f#g?h.jpg")])
    response = page.get(f"{REVIEW}/images/0")
    assert response.status_code == 307
    link = response.headers["location"]
    assert "/a%20b%2Bc%26d%3De%2520f%23g%3Fh.jpg?" in link
    assert "X-Amz-Expires=300" in link
    assert response.headers["cache-control"] == "no-store"


def test_a_preview_is_sent_as_an_image_only(page, opened):
    opened([item("a.jpg")])
    response = page.get(f"{REVIEW}/previews/0")
    assert (response.status_code, response.headers["content-type"]) == (200, "image/jpeg")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in response.headers["content-security-policy"]


def test_by_setting_the_api_server_sends_the_image(page, opened, monkeypatch):
    monkeypatch.setenv("AIRFLOW__REKMEDIA__REVIEW_IMAGES", "proxy")
    opened([item("a.jpg")])
    response = page.get(f"{REVIEW}/images/0")
    assert (response.status_code, response.headers["content-type"]) == (200, "image/jpeg")
    assert response.content.startswith(b"\xff\xd8")
    assert "img-src 'self';" in page.get(REVIEW).headers["content-security-policy"]


def test_html_is_never_sent_as_an_image(page, opened, s3, monkeypatch):
    monkeypatch.setenv("AIRFLOW__REKMEDIA__REVIEW_IMAGES", "proxy")
    opened([item("a.jpg")], images=False)
    s3.put_object(Bucket=BUCKET, Key="a.jpg", Body=b"<script>1</script>", ContentType="text/html")
    assert page.get(f"{REVIEW}/images/0").status_code == 415


def test_a_wrong_setting_is_named(page, opened, monkeypatch):
    monkeypatch.setenv("AIRFLOW__REKMEDIA__REVIEW_IMAGES", "inline")
    opened([item("a.jpg")])
    assert "must be redirect or proxy" in page.get(f"{REVIEW}/images/0").text


def test_an_overwritten_or_deleted_image_is_not_shown(page, opened, s3):
    opened([item("a.jpg"), item("b.jpg")])
    s3.put_object(Bucket=BUCKET, Key="a.jpg", Body=jpeg((1, 2, 3)))
    s3.delete_object(Bucket=BUCKET, Key="b.jpg")
    assert page.get(f"{REVIEW}/images/0").status_code == 409
    assert page.get(f"{REVIEW}/images/1").status_code == 404
