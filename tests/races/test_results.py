"""Attempts of one results task that write verdict files, tables and the ledger at once."""

from adapters.results.test_tables import OUTCOMES, job
from adapters.results.test_verdict_files import FOLDER, row
from adapters.test_ledger import PREFIX, entry
from fuzz.memory_s3 import MemoryS3
from races.interleavings import Stepped, random_schedules, run_at_once

from airflow_provider_rekmedia.adapters import ledger as ledger_module
from airflow_provider_rekmedia.adapters.ledger import Ledger
from airflow_provider_rekmedia.adapters.results.tables import JobTables
from airflow_provider_rekmedia.adapters.results.verdict_files import VerdictFiles, iter_verdict_rows
from airflow_provider_rekmedia.adapters.s3.objects import S3Objects
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.judgement import Judgement
from airflow_provider_rekmedia.core.verdicts.policy import ANY_LABEL
from airflow_provider_rekmedia.core.verdicts.policy import verdicts as verdicts_of

TABLES = S3Uri("analysis", "tables/")
JUDGEMENT = Judgement.by(ANY_LABEL, dag_id="nightly", run_id="r1")


def write_results(s3):
    """Write what a results task writes, in its order."""
    objects = S3Objects(s3)
    with JobTables(job(), TABLES, JUDGEMENT, {}) as tables:
        tables.add(OUTCOMES, verdicts_of(OUTCOMES.results, ANY_LABEL))
        files = [file.uri for file in tables.write(objects)]
    segment = Ledger(objects, PREFIX).commit("j1", [entry("a"), entry("b")])
    with VerdictFiles(objects, FOLDER) as verdicts:
        verdicts.add([row("a"), row("b", confidence=50.0)])
        return [*files, str(segment), *verdicts.write().uris]


def write_alone():
    s3 = MemoryS3()
    write_results(s3)
    return s3.objects


def test_two_attempts_leave_the_files_of_one():
    expected = write_alone()
    for schedule in random_schedules(12):
        s3 = MemoryS3()
        attempts = run_at_once(schedule, *[lambda attempt, s3=s3: write_results(Stepped(s3, attempt))] * 2)
        assert s3.objects == expected
        assert attempts[0].result == attempts[1].result
        assert set(attempts[0].result) == set(s3.objects)


def test_if_an_attempt_dies_its_files_are_whole_and_a_retry_writes_the_others():
    expected = write_alone()
    for schedule in random_schedules(12):
        s3 = MemoryS3()
        run_at_once(schedule, *[lambda attempt, s3=s3: write_results(Stepped(s3, attempt))] * 2, kills=1)
        assert s3.objects.items() <= expected.items()
        uris = write_results(s3)
        assert s3.objects == expected
        assert len(list(iter_verdict_rows([uris[-1]], S3Objects(s3)))) == 2


def test_commits_and_merges_at_once_lose_no_entry(monkeypatch):
    monkeypatch.setattr(ledger_module, "_MAX_SEGMENTS", 2)

    def commit_and_merge(s3, *names):
        ledger = Ledger(S3Objects(s3), PREFIX)
        for name in names:
            ledger.commit(name, [entry(name)])
            ledger.compact()

    for schedule in random_schedules(60):
        s3 = MemoryS3()
        run_at_once(
            schedule,
            lambda attempt, s3=s3: commit_and_merge(Stepped(s3, attempt), "a", "b", "c"),
            lambda attempt, s3=s3: commit_and_merge(Stepped(s3, attempt), "d", "e", "f"),
            kills=1,
        )
        commit_and_merge(s3, *"abcdef")
        with Ledger(S3Objects(s3), PREFIX).entries() as entries:
            assert [stored.key for stored in entries] == list("abcdef")
