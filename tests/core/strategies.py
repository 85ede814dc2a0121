"""Hypothesis strategies for the core's values."""

from datetime import UTC

from hypothesis import strategies as st

from airflow_provider_rekmedia.core.jobs.identity import TaskIdentity
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus

texts = st.none() | st.text(min_size=1)
times = st.none() | st.datetimes(timezones=st.just(UTC))
jobs = st.builds(
    Job,
    job_id=st.from_regex(r"[a-zA-Z0-9_-]{1,64}", fullmatch=True),
    engine=st.sampled_from(Engine),
    status=st.sampled_from(JobStatus),
    manifest_uri=texts,
    manifest_version=texts,
    results_uri=texts,
    summary_uri=texts,
    model_version=texts,
    created_at=times,
    completed_at=times,
    output_uri=texts,
    min_confidence=st.none() | st.floats(0, 100),
)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)

#: Ids made of separators, quotes, escapes and line ends, which could make two ids equal.
awkward_ids = st.text(alphabet="a-_.,:/\"'\\[]{}|\n\0 \u2028é", max_size=6)
identities = st.builds(
    TaskIdentity, awkward_ids, awkward_ids, awkward_ids, st.integers(min_value=-1, max_value=2)
)
