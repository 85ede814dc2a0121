import html

import pytest
from adapters.report.test_page import HOSTILE, hostile_report
from core.report.reports import image, night_of, report_of

from airflow_provider_rekmedia.adapters.report.page import render_report
from airflow_provider_rekmedia.core.report.rule_histogram import VerdictCounts, what_if

pytestmark = pytest.mark.browser

NIGHT = [
    *[image(Explicit=value / 2, Alcohol=value / 3 + 40) for value in range(100, 200)],
    *[image(Explicit=value) for value in range(50, 100, 3)],
    *[image(Alcohol=70.5), image(Gambling=55), image(Something_new=70), image()],
]


@pytest.fixture
def opened(page, tmp_path):
    """Open a report from disk."""

    def open_report(report):
        file = tmp_path / "report.html"
        file.write_bytes(render_report(report))
        page.goto(file.as_uri())
        return page

    return open_report


def test_the_file_makes_no_request_and_breaks_no_policy(opened):
    page = opened(report_of(NIGHT))
    assert len(page.requests) == 1
    assert page.messages == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_executes_nothing(opened, text):
    page = opened(hostile_report(text))
    page.mouse.move(600, 400)
    assert page.evaluate("window.XSS") is None
    assert len(page.requests) == 1
    assert page.messages == []


def test_sliders_show_the_counts_of_the_report_at_every_percent(opened):
    report = report_of(NIGHT)
    current = VerdictCounts(report.images.allow, report.images.review, report.images.block)
    page = opened(report)
    assert page.locator(".rule").count() == len(report.rules) == 4
    for number, histogram in enumerate(report.rules):
        for name in ("block", "review"):
            shown = page.evaluate(
                """([number, name]) => {
                  const card = document.querySelectorAll(".rule")[number];
                  const total = (verdict) => card.querySelector(`[data-total=${verdict}]`).textContent;
                  const slider = card.querySelector(`input[name=${name}]`);
                  const found = [];
                  for (let at = Number(slider.min); at <= 101; at += 1) {
                    slider.value = at;
                    slider.dispatchEvent(new Event("input"));
                    found.push([at, Number(total("block")), Number(total("review"))]);
                  }
                  card.querySelector("button").click();
                  return found;
                }""",
                [number, name],
            )
            now = {"block": histogram.block, "review": histogram.review}
            for at, block, review in shown:
                expected = what_if(histogram, current, **(now | {name: None if at > 100 else float(at)}))
                assert (block, review) == (expected.block, expected.review), (histogram.rule, name, at)


def test_a_slider_moves_by_keyboard_and_resets(opened):
    page = opened(report_of(NIGHT))
    card = page.locator(".rule").first
    slider, value = card.locator("input[name=review]"), card.locator("output[name=review]")
    before = value.text_content()
    slider.focus()
    page.keyboard.press("ArrowLeft")
    assert value.text_content() != before
    assert slider.get_attribute("aria-valuetext") == value.text_content()
    card.get_by_role("button", name="Reset").click()
    assert value.text_content() == before


def test_columns_are_as_high_as_their_shares(opened):
    reports = [report_of(night_of(5, 10, 85), night=0)]
    page = opened(report_of(night_of(10, 10, 80), night=1, reports=reports))
    first, _, second, _ = page.locator("#runs svg rect[y]").all()
    assert second.bounding_box()["height"] == pytest.approx(2 * first.bounding_box()["height"], abs=1.5)


def test_the_page_is_complete_without_scripts(chromium, tmp_path):
    file = tmp_path / "report.html"
    file.write_bytes(render_report(report_of(NIGHT)))
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator(".rule input").first.is_hidden()
    page.locator(".rule summary").first.click()
    assert page.locator(".rule table").first.is_visible()
    context.close()


def test_the_page_works_in_a_sandboxed_frame(page):
    inner = html.escape(render_report(report_of(NIGHT)).decode(), quote=True)
    page.set_content(f'<iframe sandbox="allow-scripts" width="1000" height="800" srcdoc="{inner}"></iframe>')
    frame = page.frame_locator("iframe")
    frame.locator(".rule input[name=block]").first.wait_for()
    assert frame.locator("output[name=block]").first.text_content()
    assert page.messages == []


@pytest.mark.parametrize("width", [360, 768, 1400])
def test_the_page_never_scrolls_sideways(opened, width):
    page = opened(hostile_report("W" * 300))
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_enough_contrast(opened, contrast, scheme):
    page = opened(report_of(NIGHT))
    page.emulate_media(color_scheme=scheme)
    texts = ["--text", "--quiet", "--link", "--block", "--review", "--allow"]
    areas = ["--review-area", "--failed", "--unaccounted", "--bar"]

    assert contrast(page, texts, ["--card"]) >= 4.5
    assert contrast(page, ["--quiet"], ["--page"]) >= 4.5
    assert contrast(page, areas, ["--card"]) >= 3
