"""The tabs and the page in a whole Airflow, with a path in its base URL, two api workers and four users."""

from urllib.parse import urlsplit

import httpx
import pytest
from browser.moderated_airflow import DAG_ID, USERS

pytestmark = pytest.mark.browser

HEADING = "12 of 12 images need a person"


def report_in(frame):
    return frame.frame_locator("iframe[title='Report of results']").get_by_role("heading", level=1)


@pytest.mark.parametrize("user", USERS)
def test_the_tab_of_the_run_shows_the_report(log_in, site, user):
    page = log_in(user, site.run_path, site)
    page.get_by_role("link", name="Moderation", exact=True).last.click()
    tab = page.frame_locator("iframe[title=Moderation]")
    assert report_in(tab).text_content() == HEADING


def test_the_tab_of_the_task_shows_the_report(log_in, site):
    page = log_in("viewer", f"{site.run_path}/tasks/results", site)
    page.get_by_role("link", name="Report", exact=True).last.click()
    assert report_in(page.frame_locator("iframe[title=Report]")).text_content() == HEADING


def test_another_task_links_to_the_report(log_in, site):
    page = log_in("viewer", f"/rekmedia{site.run_path}/tasks/notify/-1", site)
    frame = page.frame_locator("iframe")
    assert frame.get_by_role("heading").text_content() == "This task writes no report"
    page.get_by_role("link", name="results", exact=True).click()
    assert report_in(page).text_content() == HEADING


def test_the_item_under_browse_lists_the_report(log_in, site):
    page = log_in("viewer", "/", site)
    page.get_by_role("button", name="Browse").click()
    page.get_by_role("menuitem", name="Moderation").click()
    frame = page.frame_locator("iframe[title=Moderation]")
    row = frame.get_by_role("row").filter(has_text=DAG_ID)
    assert "12 of 12 images need a person" in row.text_content()
    row.get_by_role("link").click()
    assert report_in(frame).text_content() == HEADING


def test_sliders_work_inside_the_tab(log_in, site):
    page = log_in("viewer", f"/rekmedia{site.run_path}", site)
    report = page.frame_locator("iframe")
    slider, value = (report.locator(f"{tag}[name=block]").first for tag in ("input", "output"))
    before = value.text_content()
    slider.focus()
    page.keyboard.press("ArrowLeft")
    assert value.text_content() != before


def test_the_report_cannot_reach_airflow(log_in, site):
    """Its origin is its own: no cookie, and no access to the page around it."""
    page = log_in("admin", f"/rekmedia{site.run_path}", site)
    report_in(page).wait_for()
    (frame,) = page.main_frame.child_frames
    assert frame.evaluate("window.origin") == "null"
    for code in ("document.cookie", "parent.document.body"):
        assert (
            frame.evaluate(f"() => {{ try {{ {code}; return 'reached'; }} catch {{ return 'refused'; }} }}")
            == "refused"
        )


def test_nobody_is_sent_to_the_login_and_back(page, site):
    response = page.goto(f"{site.url}/rekmedia{site.run_path}")
    assert response.status == 401
    page.get_by_role("link", name="Log in").click()
    page.locator("input[name=username]").fill("viewer")
    page.locator("input[name=password]").fill("viewer")
    page.locator("button[type=submit]").click()
    assert report_in(page).text_content() == HEADING
    assert urlsplit(page.url).path.startswith("/airflow/rekmedia/dags/")


def test_every_api_worker_serves_the_page(site):
    cookies = {"_token": site.token_of("viewer")}
    for _ in range(8):  # a new connection each time, so both workers answer
        response = httpx.get(f"{site.url}/rekmedia{site.run_path}", cookies=cookies, trust_env=False)
        assert response.status_code == 200


@pytest.mark.parametrize("user", ["admin", "op", "reader", "owner"])
def test_with_fab_the_permission_on_plugins_shows_the_tab(log_in, fab, user):
    page = log_in(user, fab.run_path, fab)
    page.get_by_role("link", name="Moderation", exact=True).last.click()
    assert report_in(page.frame_locator("iframe[title=Moderation]")).text_content() == HEADING


@pytest.mark.parametrize("user", ["user", "viewer"])
def test_with_fab_viewers_have_no_tab_but_may_open_the_page(log_in, fab, page, user):
    with page.expect_response(lambda response: "/api/v2/plugins" in response.url) as plugins:
        log_in(user, fab.run_path, fab)
    assert plugins.value.status == 403
    page.get_by_role("link", name="Details", exact=True).wait_for()
    assert page.get_by_role("link", name="Moderation", exact=True).count() == 0
    page.goto(f"{fab.url}/rekmedia{fab.run_path}")
    assert report_in(page).text_content() == HEADING


def test_with_fab_a_user_of_another_dag_sees_nothing(fab):
    cookies = {"_token": fab.token_of("stranger")}
    tasks = f"{fab.run_path}/tasks/results/-1"
    for path in (fab.run_path, tasks, f"{tasks}/report"):
        response = httpx.get(f"{fab.url}/rekmedia{path}", cookies=cookies, trust_env=False)
        assert (response.status_code, "images" in response.text) == (403, False)
    listed = httpx.get(f"{fab.url}/rekmedia/reports", cookies=cookies, trust_env=False)
    assert (listed.status_code, DAG_ID in listed.text) == (200, False)
    assert httpx.get(f"{fab.url}/rekmedia{tasks}/report", trust_env=False).status_code == 401


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast(log_in, site, contrast, scheme):
    page = log_in("viewer", "/rekmedia/reports", site)
    page.emulate_media(color_scheme=scheme)
    assert contrast(page, ["--text", "--quiet", "--link", "--calm", "--alarm"], ["--card", "--page"]) >= 4.5


@pytest.mark.parametrize("width", [360, 1400])
def test_no_page_scrolls_sideways(log_in, site, width):
    page = log_in("viewer", "/rekmedia/reports", site)
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/rekmedia/reports", f"/rekmedia{site.run_path}"):
        page.goto(f"{site.url}{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
