"""A short run of each target of ``make fuzz``, and planted bugs that each target must find."""

import random
from urllib.parse import unquote

import pytest
from fuzz.mutations import mutated
from fuzz.targets import (
    image_lists,
    inventories,
    ledger_segments,
    listing_pages,
    policies,
    results_service,
    verdict_files,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_rekmedia.adapters.images import image_lists as image_list_files
from airflow_provider_rekmedia.adapters.images import inventory
from airflow_provider_rekmedia.adapters.results import tables
from airflow_provider_rekmedia.adapters.s3 import list_page
from airflow_provider_rekmedia.core.images import ledger
from airflow_provider_rekmedia.core.results.accounting import Account
from airflow_provider_rekmedia.core.results.outcomes import Outcomes
from airflow_provider_rekmedia.core.verdicts.policy import Rule
from airflow_provider_rekmedia.core.verdicts.verdict import Decision
from airflow_provider_rekmedia.core.verdicts.verdict_rows import VerdictRows

TARGETS = [
    results_service,
    listing_pages,
    inventories,
    image_lists,
    ledger_segments,
    policies,
    verdict_files,
]
#: As many scenes as ``make fuzz`` checks in a few seconds.
MOST_SCENES = 600


def mutated_often(target, chance):
    scene = target.SCENE
    for _ in range(chance.choice([1, 1, 2, 3, 5, 8])):
        scene = mutated(scene, chance, target.WORDS)
    return scene


def check_many(target):
    for seed in range(MOST_SCENES):
        target.check(mutated_often(target, random.Random(seed)))


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.__name__.rpartition(".")[2])
def test_mutated_files_are_accounted_for(target):
    target.check(target.SCENE)

    # Hypothesis draws the mutations, so it reduces a scene that fails to few of them.
    @settings(max_examples=40, deadline=None, derandomize=True, database=None)
    @given(st.randoms(use_true_random=False))
    def check(chance):
        target.check(mutated_often(target, chance))

    check()


def count_an_image_once_however_often_it_is_in_the_manifest(monkeypatch):
    def settle_results(self, results):
        for result in results:
            self._pending.pop(result.source_ref, None)

    monkeypatch.setattr(Account, "settle_results", settle_results)


def skip_errors_without_a_uri(monkeypatch):
    settle = Account.settle_errors

    def settle_errors(self, errors):
        return settle(self, [error for error in errors if error.source_ref is not None])

    monkeypatch.setattr(Account, "settle_errors", settle_errors)


def leave_unreadable_lines_out_of_the_tables(monkeypatch):
    columns = tables.failure_columns

    def failure_columns(failures, verdict):
        return columns([failure for failure in failures if failure.uri is not None], verdict)

    monkeypatch.setattr(tables, "failure_columns", failure_columns)


def leave_failed_images_out_of_the_verdict_files(monkeypatch):
    iter_flagged = VerdictRows.iter_flagged

    def only_analyzed(self, outcomes, judged):
        return iter_flagged(self, Outcomes(outcomes.results), judged)

    monkeypatch.setattr(VerdictRows, "iter_flagged", only_analyzed)


def keep_the_entry_of_the_last_job(monkeypatch):
    monkeypatch.setattr(ledger.LedgerEntry, "precedence", property(lambda entry: entry.job_id))


def keep_the_entry_that_was_read_first(monkeypatch):
    monkeypatch.setattr(ledger.LedgerEntry, "precedence", 0)


def read_a_plus_in_a_key_as_it_is(monkeypatch):
    monkeypatch.setattr(list_page, "_decode", unquote)


def take_deleted_objects_from_an_inventory(monkeypatch):
    monkeypatch.setattr(inventory, "_is_current", bool)


def strip_the_cells_of_csv(monkeypatch):
    iter_csv = image_list_files.iter_csv
    monkeypatch.setattr(
        image_list_files, "iter_csv", lambda file: ([cell.strip() for cell in row] for row in iter_csv(file))
    )


def read_the_rows_in_the_order_of_their_jobs(monkeypatch):
    select = "SELECT line FROM verdicts ORDER BY severity DESC, number"
    monkeypatch.setattr(verdict_files.module, "_SELECT", select)


def allow_what_is_certain(monkeypatch):
    decide = Rule.decide
    allow = Decision.ALLOW
    monkeypatch.setattr(Rule, "decide", lambda rule, pct: decide(rule, pct) if pct < 99.5 else allow)


@pytest.mark.parametrize(
    ("target", "plant"),
    [
        (results_service, count_an_image_once_however_often_it_is_in_the_manifest),
        (results_service, skip_errors_without_a_uri),
        (results_service, leave_unreadable_lines_out_of_the_tables),
        (results_service, leave_failed_images_out_of_the_verdict_files),
        (listing_pages, read_a_plus_in_a_key_as_it_is),
        (inventories, take_deleted_objects_from_an_inventory),
        (image_lists, strip_the_cells_of_csv),
        (ledger_segments, keep_the_entry_of_the_last_job),
        (ledger_segments, keep_the_entry_that_was_read_first),
        (policies, allow_what_is_certain),
        (verdict_files, read_the_rows_in_the_order_of_their_jobs),
    ],
)
def test_a_planted_bug_is_found(target, plant, monkeypatch):
    plant(monkeypatch)

    with pytest.raises(AssertionError):
        check_many(target)
