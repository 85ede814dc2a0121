"""What refused calls, accepted calls and tokens say."""

from collections.abc import Mapping

from airflow_provider_rekmedia.core.jobs.job import JobStatus

from .answer import Answer
from .outcome import JobEnd, Refusal

__all__ = [
    "answer_closed_error",
    "answer_closed_operations",
    "answer_constraint_error",
    "answer_image_codes",
    "answer_image_error",
    "answer_queued_jobs",
    "answer_refusal_or_failure",
    "answer_repeated_token",
    "answer_reused_token",
    "answer_throttle_error",
    "answer_throttling_status",
    "answer_token_lifetime",
]

_OPEN_ACCOUNT = "this account can use bulk analysis"


def answer_closed_error(start: Refusal | str) -> Answer:
    """
    What a closed account gets.

    :param start: The refused start of a sound job, or its job id.
    """
    if not isinstance(start, Refusal):
        return Answer.open(_OPEN_ACCOUNT)
    if not start.is_denied:
        return Answer.open(f"another refusal: {start}")
    return Answer(start.code, f"{start}. If IAM allows the call, the account is closed")


def answer_closed_operations(calls: Mapping[str, Refusal | None]) -> Answer:
    """
    Which operations are denied.

    :param calls: The three operations; ``None`` if the call was not denied.
    """
    denied = [name for name, refusal in calls.items() if refusal is not None and refusal.is_denied]
    if "StartMediaAnalysisJob" not in denied:
        return Answer.open(_OPEN_ACCOUNT)
    return Answer(", ".join(denied), "; ".join(str(calls[name]) for name in denied))


def answer_refusal_or_failure(outcome: Refusal | JobEnd) -> Answer:
    """Whether a call with a mistake is refused, or its job fails."""
    if isinstance(outcome, Refusal):
        if not outcome.is_answer:
            return Answer.open(str(outcome))
        return Answer(f"the call is refused: {outcome.code}", outcome.message)
    match outcome.status:
        case JobStatus.FAILED:
            return Answer(f"the job fails: {outcome.failure.partition(':')[0]}", outcome.failure)
        case JobStatus.SUCCEEDED:
            return Answer("the job succeeds", f"{len(outcome.results)} results, {len(outcome.errors)} errors")
        case _:
            return Answer.open("the job did not end in time")


def answer_constraint_error(start: Refusal | str) -> Answer:
    """
    Which error a value gets that violates a pattern.

    :param start: The refused start, or the job id.
    """
    if not isinstance(start, Refusal):
        return Answer("none, the value is accepted", "a job name with a space started a job")
    return Answer(start.code, start.message) if start.is_answer else Answer.open(str(start))


def answer_repeated_token(first: str, second: Refusal | str) -> Answer:
    """Whether a second call with the same token returns the first job."""
    if isinstance(second, Refusal):
        text = f"no, the call is refused: {second.code}"
        return Answer(text, second.message) if second.is_answer else Answer.open(str(second))
    return Answer(
        "yes" if second == first else "no, a second job starts", "the same call, made again at once"
    )


def answer_reused_token(second: Refusal | str) -> Answer:
    """Which error a token gets that another request used before."""
    if isinstance(second, Refusal):
        return Answer(second.code, second.message) if second.is_answer else Answer.open(str(second))
    return Answer("none, a job is returned", "the same token, with another job name")


def answer_token_lifetime(first: str, later: Refusal | str, elapsed_s: float) -> Answer:
    """
    How long a token is known.

    :param later: What the same call returned, *elapsed_s* seconds after the first.
    """
    if later == first:
        return Answer(f"at least {elapsed_s:.0f} s", "the first job was returned again")
    if isinstance(later, Refusal) and not later.is_answer:
        return Answer.open(str(later))
    seen = str(later) if isinstance(later, Refusal) else "a second job started"
    return Answer(f"less than {elapsed_s:.0f} s", seen)


def answer_throttle_error(refusals: list[Refusal], calls: int) -> Answer:
    """Which error a call above the rate quota gets."""
    if not refusals:
        return Answer.open(f"none of {calls} calls was throttled")
    codes = ", ".join(sorted({refusal.code for refusal in refusals}))
    return Answer(codes, f"{len(refusals)} of {calls} calls; {refusals[0].message}")


def answer_throttling_status(refusals: list[Refusal], calls: int) -> Answer:
    """Which HTTP status ThrottlingException has."""
    found = [refusal for refusal in refusals if refusal.code == "ThrottlingException"]
    if not found:
        return Answer.open(f"none of {calls} calls returned ThrottlingException")
    return Answer(", ".join(sorted({str(refusal.status) for refusal in found})), str(found[0]))


def answer_image_error(outcome: Refusal | Mapping[str, object]) -> Answer:
    """Which error an image gets that may not be accepted."""
    if isinstance(outcome, Refusal):
        return Answer(outcome.code, outcome.message) if outcome.is_answer else Answer.open(str(outcome))
    return Answer("none, the image is accepted", "DetectModerationLabels returned a result")


def answer_image_codes(outcomes: Mapping[str, Refusal | Mapping[str, object]]) -> Answer:
    """Which errors several images get, by their names."""
    answers = {name: answer_image_error(outcome) for name, outcome in outcomes.items()}
    text = "; ".join(f"{name}: {answer.text or 'open'}" for name, answer in answers.items())
    return Answer(text, " / ".join(dict.fromkeys(answer.evidence for answer in answers.values())))


def answer_queued_jobs(statuses: list[JobStatus], refusal: Refusal | None, limit: int) -> Answer:
    """
    Whether jobs that do not run yet count towards the quota.

    :param statuses: The states of the jobs, read right after the refusal.
    :param refusal: Why no other job could start; ``None`` if every start was accepted.
    :param limit: The quota of concurrent jobs.
    """
    unfinished = [status for status in statuses if not status.is_final]
    running = unfinished.count(JobStatus.IN_PROGRESS)
    seen = f"{len(unfinished)} unfinished jobs, {running} of them IN_PROGRESS, with a quota of {limit}"
    if refusal is None:
        return Answer.open(f"no start was refused: {seen}")
    if refusal.is_denied or refusal.is_throttled:
        return Answer.open(str(refusal))
    if len(unfinished) > limit:
        return Answer("no", f"{seen}: {refusal}")
    if len(unfinished) == limit and running < limit:
        return Answer("yes", f"{seen}: {refusal}")
    return Answer.open(f"{seen}: {refusal}")
