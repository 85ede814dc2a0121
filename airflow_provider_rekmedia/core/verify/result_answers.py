"""What the results of the bulk jobs say."""

import re
from typing import Final

from .answer import Answer
from .experiments import EXTRA_KEY
from .outcome import JobEnd

__all__ = [
    "answer_adapter_in_results",
    "answer_byte_order_mark",
    "answer_default_min_confidence",
    "answer_duplicate_images",
    "answer_extra_keys",
    "answer_failed_in_results",
    "answer_job_duration",
    "answer_job_id_format",
    "answer_key_characters",
    "answer_output_keys",
    "answer_prefix_join",
    "answer_result_order",
]

#: The default of DetectModerationLabels.
_DEFAULT_PCT: Final = 50
_JOB_ID: Final = re.compile(r"[0-9a-f]{64}")


def answer_output_keys(end: JobEnd) -> Answer:
    """Whether the keys are those of AWS's example."""
    start = f"{end.experiment.output}/{end.job_id}"
    expected = (f"{start}-results.jsonl", f"{start}-manifest-summary.json")
    same = (end.results_key, end.summary_key) == expected
    shown = f"{_below(end, end.results_key)}, {_below(end, end.summary_key)}"
    return Answer(
        "as in AWS's example" if same else "other than in AWS's example", f"below the prefix: {shown}"
    )


def answer_job_id_format(end: JobEnd) -> Answer:
    """Whether the id is 64 hexadecimal digits."""
    is_hex = _JOB_ID.fullmatch(end.job_id) is not None
    return Answer("yes" if is_hex else "no", f"an id has {len(end.job_id)} characters")


def answer_prefix_join(end: JobEnd) -> Answer:
    """How the service joins a prefix that ends in a slash."""
    rest = end.results_key.removeprefix(end.experiment.output)
    if rest == end.results_key:
        return Answer.open("the key of the results does not start with the prefix")
    how = "with another slash" if rest.startswith("/") else "without another slash"
    return Answer(how, f"after the prefix, the key continues with {rest[:1]!r}")


def answer_byte_order_mark(end: JobEnd) -> Answer:
    """What became of the first line, which starts with a byte order mark."""
    uri = end.experiment.uri_of("byte order mark")
    evidence = (
        f"{len(end.results)} results and {len(end.errors)} errors for {len(end.experiment.lines or ())} lines"
    )
    if uri in end.result_uris:
        return Answer("it is ignored", evidence)
    if end.errors:
        return Answer("its line is an error", f"{evidence}; {end.errors[0].get('message')}")
    return Answer("its line is lost", evidence)


def answer_result_order(end: JobEnd) -> Answer:
    """Whether the results are in the order of the manifest."""
    uris = end.result_uris
    in_order = [line.uri for line in end.experiment.lines or () if line.uri in uris]
    if len(set(uris)) < len(end.experiment.lines or ()) // 2:
        return Answer.open(f"there are only {len(uris)} results")
    return Answer("yes" if uris == in_order else "no", f"{len(uris)} results of one job")


def answer_duplicate_images(end: JobEnd) -> Answer:
    """How many results an image has that the manifest names twice."""
    count = end.result_uris.count(str(end.experiment.uri_of("duplicate")))
    match count:
        case 0:
            return Answer.open("the image has no result")
        case 1:
            return Answer("no, it has one result", "two lines, one result")
        case _:
            return Answer("yes", f"two lines, {count} results")


def answer_failed_in_results(end: JobEnd) -> Answer:
    """Whether an image is in both files."""
    both = {error.get("source-ref") for error in end.errors} & set(end.result_uris)
    if not end.errors:
        return Answer.open("no image failed")
    return Answer("yes" if both else "no", f"{len(end.errors)} errors, {len(both)} of them with a result")


def answer_key_characters(end: JobEnd) -> Answer:
    """Whether a result has the exact text of the manifest's ``source-ref``."""
    if end.experiment.uri_of("odd key") in end.result_uris:
        return Answer("yes", "the result has the text of the manifest")
    error = end.error_of("odd key")
    if error is not None:
        return Answer("the image fails", f"{error.get('code')}: {error.get('message')}")
    return Answer("no", "neither file has the text of the manifest")


def answer_extra_keys(end: JobEnd) -> Answer:
    """What became of a line with an additional key."""
    uri = end.experiment.uri_of("extra key")
    found = next((result for result in end.results if result.get("source-ref") == uri), None)
    if found is not None:
        echo = "and the result repeats them" if EXTRA_KEY in found else "and the result does not repeat them"
        return Answer(f"yes, {echo}", f"the keys of the result are {', '.join(sorted(found))}")
    error = end.error_of("extra key") or {}
    return Answer("no, the line is an error" if error else "no, the line is lost", str(error.get("message")))


def answer_adapter_in_results(end: JobEnd) -> Answer:
    """Whether results name the adapter."""
    if not end.results:
        return Answer.open("the job has no result")
    members = end.results[0].get("detect-moderation-labels", {})
    return Answer(
        "yes" if "ProjectVersion" in members else "no", f"the members are {', '.join(sorted(members))}"
    )


def answer_job_duration(end: JobEnd) -> Answer:
    """How long one job took."""
    if end.duration_s is None:
        return Answer.open("the job has no times")
    return Answer(f"{end.duration_s:.0f} s for {len(end.experiment.lines or ())} lines", "one job")


def answer_default_min_confidence(unset: JobEnd, zero: JobEnd) -> Answer:
    """
    What confidence applies if the request has none.

    :param unset: A job without MinConfidence.
    :param zero: A job with MinConfidence 0 and some of the same images.
    """
    shared = set(unset.result_uris) & set(zero.result_uris)
    everything = [label for uri in sorted(shared) for label in zero.iter_labels(uri)]
    default = [label for uri in sorted(shared) for label in unset.iter_labels(uri)]
    low = [confidence for _, confidence in everything if confidence < _DEFAULT_PCT]
    if not low:
        return Answer.open(f"no label below {_DEFAULT_PCT} % in {len(shared)} images, so no answer shows")
    evidence = (
        f"{len(everything)} labels with MinConfidence 0, {len(default)} without MinConfidence; "
        f"the lowest are {min(low):.1f} % and {min((pct for _, pct in default), default=100.0):.1f} %"
    )
    if all(confidence >= _DEFAULT_PCT for _, confidence in default):
        return Answer("50, or a value near it", evidence)
    return Answer("lower than 50", evidence)


def _below(end: JobEnd, key: str) -> str:
    return key.removeprefix(end.experiment.output).replace(end.job_id, "<JobId>")
