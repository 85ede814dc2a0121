"""The candidates of the audit sample, collected while results are read."""

from types import SimpleNamespace

from fuzz.memory_s3 import MemoryS3

from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.images.shard_entry import ShardEntry
from airflow_provider_rekmedia.core.jobs.job import Engine, Job, JobStatus
from airflow_provider_rekmedia.core.review.audit_sample import decode_candidates
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.judgement import Judgement
from airflow_provider_rekmedia.core.verdicts.policy import Policy
from airflow_provider_rekmedia.core.verdicts.verdict import ALLOWED, Decision, Verdict
from airflow_provider_rekmedia.services.results import audit_sink
from airflow_provider_rekmedia.services.results.audit_sink import AuditSink

JOB = Job(job_id="job-1", engine=Engine.BULK, status=JobStatus.SUCCEEDED, model_version="7.0")
SMOKING = SimpleNamespace(name="Smoking", parent_name="", taxonomy_level=1, confidence=60.0)


def result(uri, *labels):
    detection = SimpleNamespace(moderation_labels=labels, moderation_model_version="7.0")
    return SimpleNamespace(source_ref=uri, detection=detection)


def collected(results, verdicts, listed=()):
    s3 = MemoryS3()
    judgement = Judgement.by(Policy(name="market"), dag_id="nightly", run_id="monday")
    sink = AuditSink(S3Uri("ops", "candidates/"), judgement, S3Objects(s3))
    sink.add(SimpleNamespace(results=results), verdicts, dict(listed), JOB)
    uri = sink.write()
    assert sink.write() == uri
    return decode_candidates(s3.objects[uri], uri)


def test_allowed_images_are_candidates_in_two_strata():
    near = Verdict(Decision.ALLOW, "Smoking", ("Smoking",), 60.0)
    blocked = Verdict(Decision.BLOCK, "Smoking", ("Smoking",), 99.0)
    results = [result("s3://p/a"), result("s3://p/b", SMOKING), result("s3://p/c", SMOKING), result("line 4")]

    found = collected(results, [ALLOWED, near, blocked, ALLOWED], {"s3://p/a": ShardEntry("s3://p/a", "e")})

    assert (found.near.images, found.clean.images) == (1, 1)
    (clean,), (labeled,) = found.clean.candidates, found.near.candidates
    assert (clean.uri, clean.etag, clean.confidence, clean.labels) == ("s3://p/a", "e", None, ())
    assert (labeled.rule, labeled.confidence, labeled.labels[0].name) == ("Smoking", 60.0, "Smoking")
    assert (found.policy, labeled.job_id, labeled.model_version) == ("market", "job-1", "7.0")


def test_the_number_of_candidates_has_a_limit(monkeypatch):
    monkeypatch.setattr(audit_sink, "_MAX_CANDIDATES", 2)

    found = collected([result(f"s3://p/{number}") for number in range(9)], [ALLOWED] * 9)

    assert (found.clean.images, len(found.clean.candidates)) == (9, 2)
