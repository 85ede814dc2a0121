"""What follows from results."""

from dataclasses import replace

import pytest
from core.verify.job_ends import EXPERIMENTS, JOB_ID, error, mixed, result, slash, summary

from airflow_provider_rekmedia.core.verify import result_answers as answers
from airflow_provider_rekmedia.core.verify.experiments import EXTRA_KEY

URI = EXPERIMENTS["mixed"].uri_of
FIRST = EXPERIMENTS["slash"].uri_of("byte order mark")


def without(end, uri):
    return replace(end, results=[each for each in end.results if each["source-ref"] != uri])


def failing(end, role):
    end = without(end, URI(role))
    return replace(end, summary=summary([error(URI(role), 1, "CODE")], total=15, valid=9))


def test_keys_as_in_the_example():
    answer = answers.answer_output_keys(mixed())

    assert answer.text == "as in AWS's example"
    assert JOB_ID not in answer.evidence


def test_other_keys():
    assert answers.answer_output_keys(mixed(results_key="x")).text == "other than in AWS's example"


@pytest.mark.parametrize(("job_id", "text"), [(JOB_ID, "yes"), ("job-1", "no")])
def test_job_id(job_id, text):
    assert answers.answer_job_id_format(mixed(job_id=job_id)).text == text


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("verify/out-slash/x", "without another slash"),
        ("verify/out-slash//x", "with another slash"),
        ("elsewhere/x", None),
    ],
)
def test_prefix_join(key, text):
    assert answers.answer_prefix_join(slash(results_key=key)).text == text


def test_a_byte_order_mark_is_ignored():
    assert answers.answer_byte_order_mark(slash()).text == "it is ignored"


def test_a_byte_order_mark_is_an_error():
    end = replace(without(slash(), FIRST), summary=summary([error(None, 1)], total=4, valid=3))

    assert answers.answer_byte_order_mark(end).text == "its line is an error"


def test_a_line_with_a_byte_order_mark_is_lost():
    assert answers.answer_byte_order_mark(without(slash(), FIRST)).text == "its line is lost"


def test_order():
    end = mixed()

    assert answers.answer_result_order(end).text == "yes"
    assert answers.answer_result_order(replace(end, results=end.results[::-1])).text == "no"
    assert answers.answer_result_order(replace(end, results=end.results[:2])).text is None


def test_duplicates():
    end, uri = mixed(), URI("duplicate")

    assert answers.answer_duplicate_images(end).text == "yes"
    assert answers.answer_duplicate_images(without(end, uri)).text is None
    once = replace(end, results=[*without(end, uri).results, result(uri)])
    assert answers.answer_duplicate_images(once).text == "no, it has one result"


def test_failed_images_in_the_results():
    end = mixed()

    assert answers.answer_failed_in_results(end).text == "no"
    both = replace(end, results=[*end.results, result(URI("missing"))])
    assert answers.answer_failed_in_results(both).text == "yes"
    assert answers.answer_failed_in_results(replace(end, summary={})).text is None


def test_odd_keys():
    end = mixed()

    assert answers.answer_key_characters(end).text == "yes"
    assert answers.answer_key_characters(failing(end, "odd key")).text == "the image fails"
    assert answers.answer_key_characters(without(end, URI("odd key"))).text == "no"


def test_extra_keys():
    end = mixed()
    echoed = [each | {EXTRA_KEY: "extra"} for each in end.results]

    assert answers.answer_extra_keys(end).text == "yes, and the result does not repeat them"
    assert answers.answer_extra_keys(replace(end, results=echoed)).text == "yes, and the result repeats them"
    assert answers.answer_extra_keys(failing(end, "extra key")).text == "no, the line is an error"
    assert answers.answer_extra_keys(without(end, URI("extra key"))).text == "no, the line is lost"


def test_the_adapter():
    assert answers.answer_adapter_in_results(mixed(results=[result("a", ProjectVersion="x")])).text == "yes"
    assert answers.answer_adapter_in_results(mixed(results=[result("a")])).text == "no"
    assert answers.answer_adapter_in_results(mixed(results=[])).text is None


def test_duration():
    assert answers.answer_job_duration(mixed()).text == "61 s for 16 lines"
    assert answers.answer_job_duration(mixed(duration_s=None)).text is None


@pytest.mark.parametrize(
    ("unset", "zero", "text"),
    [
        ([60.0], [60.0, 20.0], "50, or a value near it"),
        ([], [20.0], "50, or a value near it"),
        ([60.0, 20.0], [60.0, 20.0], "lower than 50"),
        ([60.0], [60.0], None),
    ],
)
def test_default_min_confidence(unset, zero, text):
    ends = [
        end(results=[result(FIRST, *(("Pills", pct) for pct in found))])
        for end, found in ((mixed, unset), (slash, zero))
    ]

    assert answers.answer_default_min_confidence(*ends).text == text
