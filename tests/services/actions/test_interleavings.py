"""Overwrites, deletes, holds, kills and retries at any moment: only judged bytes are moved or deleted."""

import random

import pytest
from services.actions.action_stage import ActionStage, row
from services.actions.memory_bucket import MemoryBucket, etag_of

from airflow_provider_rekmedia.services import apply_verdicts as service

KEYS = [f"{number}.jpg" for number in range(4)]
SCHEDULES = 1_000
#: Calls between two disturbances, on average.
CALM = 12


class Killed(BaseException):
    """The worker dies."""


class Disturbances:
    """
    Runs before each call: overwrites, deletes or restores an object, or kills the worker.

    :param kills: How often the worker dies.
    """

    def __init__(self, stage, seed, *, kills=3):
        self.random = random.Random(seed)
        self.stage = stage
        self.kills = kills
        self.is_dead = False
        self.overwritten = set()

    def __call__(self, name, arguments):
        if self.is_dead:
            raise Killed
        if self.random.random() > 1 / CALM:
            return
        key = self.random.choice(KEYS)
        match self.random.choice(("overwrite", "delete", "put_back", "kill", "kill_after")):
            case "overwrite":
                self.stage.s3.put("photos", key, b"other")
                self.overwritten.add(key)
            case "delete":
                self.stage.s3.remove("photos", key)
                self.overwritten.add(key)
            case "put_back":
                self.stage.s3.put("photos", key, b"judged")
                self.overwritten.add(key)
            case "kill" if self.kills:
                self.kills -= 1
                self.is_dead = True
                raise Killed


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(service, "BATCH_SIZE", 3)


def run_to_the_end(stage, disturbances, **arguments):
    stage.s3.before_call = disturbances
    while True:
        try:
            return stage.apply(**arguments)
        except Killed:
            disturbances.is_dead = False


def schedule(seed):
    """One random schedule; return the stage, what was applied and the keys that others touched."""
    chosen = random.Random(seed)
    versioned = ["photos"] if chosen.random() < 0.4 else []
    stage = ActionStage(MemoryBucket(versioned=versioned))
    verb = chosen.choice(("move", "delete", "copy", "tag"))
    for key in KEYS:
        stage.s3.put("photos", key, b"judged")
    stage.judge(*map(row, KEYS))
    disturbances = Disturbances(stage, seed)
    all_versions = chosen.random() < 0.3
    applied = run_to_the_end(stage, disturbances, actions={"block": verb}, all_versions=all_versions)
    stage.s3.before_call = lambda name, arguments: None
    return stage, applied, disturbances.overwritten, verb


@pytest.mark.parametrize("part", range(4))
def test_no_interleaving_moves_or_deletes_bytes_that_were_not_judged(part):
    for seed in range(part * SCHEDULES // 4, (part + 1) * SCHEDULES // 4):
        stage, applied, touched, verb = schedule(seed)

        removed = [change for change in stage.s3.changes if change[0] in ("delete", "purge", "copy")]
        assert {etag_of(body) for *_, body in removed} <= {etag_of(b"judged")}, seed
        results = stage.results(applied)
        assert set(results) == set(KEYS), seed
        for key in set(KEYS) - touched:
            assert results[key] == "done", (seed, key)
            assert (stage.s3.current("photos", key) is None) == (verb in ("move", "delete")), (seed, key)
        if verb in ("move", "copy"):
            kept = {key for key, copy in stage.quarantined().items() if copy.body == b"judged"}
            assert kept >= {key for key, result in results.items() if result == "done"}, seed


@pytest.mark.parametrize("part", range(2))
def test_undo_after_any_interleaving_restores_every_object_that_nobody_else_touched(part):
    for seed in range(part * 100, part * 100 + 100):
        stage, applied, touched, verb = schedule(seed)

        undone = stage.undo(applied)

        for key in set(KEYS) - touched:
            current = stage.s3.current("photos", key)
            if stage.outcomes(undone)[key].reason == "it cannot be undone":
                assert verb == "delete", (seed, key)
                continue
            assert current is not None, (seed, key)
            assert (current.body, current.tags) == (b"judged", {}), (seed, key)


def test_ten_kills_in_ten_thousand_objects_leave_one_final_outcome_each(monkeypatch):
    monkeypatch.setattr(service, "BATCH_SIZE", 500)
    stage = ActionStage()
    keys = [f"{number:05}.jpg" for number in range(10_000)]
    for key in keys:
        stage.s3.put("photos", key, b"judged")
    stage.judge(*map(row, keys))
    deaths = iter(range(3_000, 60_000, 5_500))
    calls, next_death, kills = 0, next(deaths), 0

    def kill(name, arguments):
        nonlocal calls, next_death, kills
        calls += 1
        if calls >= next_death and kills < 10:
            next_death, kills = next(deaths), kills + 1
            raise Killed

    stage.s3.before_call = kill
    while True:
        try:
            applied = stage.apply(max_concurrency=2)
            break
        except Killed:
            continue

    assert kills == 10
    assert applied.summary["counts"]["done"] == 10_000
    outcomes = stage.outcomes(applied)
    assert len(outcomes) == 10_000
    assert not stage.keys()
    assert len(stage.quarantined()) == 10_000
    deleted = [key for name, _, key, _ in stage.s3.changes if name == "delete"]
    assert len(deleted) == len(set(deleted)) == 10_000
