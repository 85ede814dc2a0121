import base64
import hashlib
import re

import msgspec
import pytest
from adapters.report.parsed_page import ParsedPage
from core.report.reports import image, night_of, provenance, report_of

from airflow_provider_rekmedia.adapters.report.page import (
    MAX_PAGE_BYTES,
    content_security_policy,
    render_report,
)
from airflow_provider_rekmedia.core.report.report_tally import DecidingRule
from airflow_provider_rekmedia.core.results.image_result import Detection, ImageResult, ModerationLabel
from airflow_provider_rekmedia.core.results.outcomes import ImageFailure
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

HOSTILE = [
    "<script>window.XSS=1</script>",
    "</script><script>window.XSS=1</script>",
    "</style></title><img src=x onerror=window.XSS=1>",
    '" onmouseover="window.XSS=1',
    "' autofocus onfocus='window.XSS=1",
    "<svg/onload=window.XSS=1>",
    "]]><!--<script>--!><b>",
    "{{ 7*7 }}{% raw %}{{ self }}",
    "javascript:window.XSS=1",
    "\u202eevil\u2028\u0000\x1b[31m\ufeff",
    "&lt;script&gt;&#60;script>",
    "\uff53cript\uff1c\uff1e \U0001f600 名前",
]


def hostile_report(text):
    """A report in which every text is hostile."""
    labels = (ModerationLabel(text, 90.0), ModerationLabel("Explicit", 91.0))
    failures = [ImageFailure(f"s3://b/{text}", text, text)]
    earlier = report_of([image(Explicit=90)], night=0)
    report = report_of(
        [ImageResult(f"s3://b/{text}", Detection(labels))] * 3,
        failures,
        night=1,
        reports=[earlier],
        dag_id=text,
        task_id=text,
        run_id=text,
        jobs=(text,),
        model_versions=(text,),
        package_version=text,
        policy_name=text,
        policy_digest=text,
    )
    rules = tuple(msgspec.structs.replace(rule, rule=text) for rule in report.rules)
    groups = (DecidingRule(text, Decision.BLOCK, 3),)
    return msgspec.structs.replace(report, rules=rules, unused_rules=(text,), deciding_rules=groups)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text):
    page = ParsedPage(render_report(hostile_report(text)))
    assert page.problems() == []
    plain = ParsedPage(render_report(hostile_report("x")))
    assert page.tags == plain.tags
    assert [(tag, name) for tag, name, _ in page.attributes] == [
        (tag, name) for tag, name, _ in plain.attributes
    ]
    assert page.scripts == plain.scripts


def test_hostile_text_is_shown_as_it_is():
    text = "<b>1 & 2</b> 名前"
    page = ParsedPage(render_report(hostile_report(text)))
    assert page.text.count(text) >= 8


def test_templates_in_text_are_not_rendered():
    assert "{{ 7*7 }}" in ParsedPage(render_report(hostile_report("{{ 7*7 }}"))).text


def test_characters_that_reorder_or_hide_text_are_escaped():
    page = render_report(hostile_report("a\u202eb\u0000c")).decode()
    assert "\u202e" not in page
    assert "\0" not in page
    assert "a\\u202eb\\x00c" in page


def test_the_page_says_no_key_of_an_image():
    report = report_of(
        [ImageResult("s3://photos/secret-name.jpg", Detection((ModerationLabel("Explicit", 99.0),)))]
    )
    assert b"secret-name" not in render_report(report)


def test_the_page_has_the_numbers_of_the_report():
    page = ParsedPage(render_report(report_of(night_of(12, 34, 1_954), [ImageFailure(None, "X", "m")] * 5)))
    assert "39 of 2,005 images need a person" in page.text
    assert "2,000 analyzed + 5 failed + 0 unaccounted = 2,005 lines of the manifests" in page.text
    assert "$2.00" in page.text


@pytest.mark.parametrize(
    "report",
    [
        report_of(),
        report_of([image()]),
        report_of([image(Explicit=100)], map_index=3, data_interval_start=None, data_interval_end=None),
        report_of(failures=[ImageFailure(None, "X", "m")]),
    ],
    ids=["empty", "one clean image", "one blocked image", "one failure"],
)
def test_small_runs_have_a_page(report):
    page = ParsedPage(render_report(report))
    assert page.problems() == []
    assert "Moderation report" in page.text


def test_runs_that_the_baseline_excludes_are_counted():
    report = report_of([image()])
    drift = msgspec.structs.replace(report.drift, excluded_runs=3)
    excluded = "Runs with an alarm are not part of it: 3."
    assert excluded in render_report(msgspec.structs.replace(report, drift=drift)).decode()
    assert excluded[:20] not in render_report(report).decode()


def test_the_hashes_of_the_policy_are_those_of_the_style_and_the_script():
    page = render_report(report_of([image(Explicit=90)])).decode()
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        content = re.search(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in content_security_policy()
    metas = [value for tag, _, value in ParsedPage(page.encode()).attributes if tag == "meta"]
    assert content_security_policy() in metas
    assert "default-src 'none'" in content_security_policy()


def test_the_script_gets_numbers_only():
    page = ParsedPage(render_report(hostile_report("x,1e9")))
    data = [value for _, name, value in page.attributes if name.startswith("data-") and value]
    data = [value for value in data if value not in ("block", "review")]
    assert data
    assert all(re.fullmatch(r"[\d.,]+", value) for value in data)


def test_every_chart_has_a_title_and_every_id_is_used_once():
    page = ParsedPage(render_report(report_of(night_of(3, 2, 1))))
    ids = [value for _, name, value in page.attributes if name == "id"]
    references = [value for _, name, value in page.attributes if name in ("aria-labelledby", "for")]
    anchors = [value[1:] for _, name, value in page.attributes if name == "href"]
    assert len(ids) == len(set(ids))
    assert set(references) | set(anchors) <= set(ids)


def test_the_page_of_the_largest_report_is_within_its_limit():
    name = "&" * 200
    report = report_of(
        night_of(30, 30, 30), night=28, reports=[report_of(night_of(1, 1, 1), night=n) for n in range(28)]
    )
    million = (10**9,) * len(report.rules[0].edges)
    wide = msgspec.structs.replace(
        report.rules[0], rule=name, others_allow=million, others_review=million, others_block=million
    )
    label = msgspec.structs.replace(report.labels[0], name=name)
    failure = ImageFailure(None, "&" * 100, "&" * 200)
    failures = report_of(failures=[failure]).failures * 41
    large = msgspec.structs.replace(
        report,
        rules=(wide,) * 150,
        labels=(label,) * 200,
        failures=failures,
        unused_rules=(name,) * 150,
        provenance=provenance(28, jobs=("j" * 64,) * 1_000, model_versions=(name,) * 100),
    )
    page = render_report(large)
    assert 150_000 < len(page) <= MAX_PAGE_BYTES
    assert ParsedPage(page).problems() == []
