import re

import pytest

from airflow_provider_rekmedia.plugins.moderation_page.review.assets import assets_digest


@pytest.mark.parametrize(
    ("name", "kind"), [("review.js", "text/javascript"), ("review.css", "text/css"), ("page.css", "text/css")]
)
def test_scripts_and_styles_are_sent_with_their_type(page, name, kind):
    response = page.get(f"/rekmedia/assets/{assets_digest()}/{name}")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith(kind)
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in response.headers["cache-control"]


@pytest.mark.parametrize("name", ["routes.py", "..%2Froutes.py", "review.html.j2", "", "a/review.js"])
def test_no_other_file_is_sent(page, name):
    assert page.get(f"/rekmedia/assets/{assets_digest()}/{name}").status_code == 404


def test_a_file_of_another_version_is_not_sent(page):
    assert page.get("/rekmedia/assets/0000000000000000/review.js").status_code == 404


def test_every_module_that_a_script_imports_exists(page):
    digest = assets_digest()
    names, seen = ["review.js"], set()
    while names:
        seen.add(name := names.pop())
        response = page.get(f"/rekmedia/assets/{digest}/{name}")
        assert response.status_code == 200, name
        names += set(re.findall(r'from "\./(\w+\.js)"', response.text)) - seen
    assert len(seen) > 10
