"""A run that has nothing to moderate is green only if that can be right, or if the user chose it."""

import pytest


@pytest.fixture
def states(photos, run_dag):
    photos.put("a.jpg")
    photos.client.put_object(Bucket="photos", Key="documents/notes.txt", Body=b"no image")
    seen = run_dag("nothing_to_moderate")
    assert seen.state == "failed"
    return seen.states()


def test_only_an_explained_emptiness_is_green(states):
    for engine in ("bulk", "per_image"):
        for case in ("no_object", "wrong_type", "no_length"):
            assert states[f"{engine}_{case}.manifest"] == "failed", case
            assert states[f"{engine}_{case}.moderate"] == "upstream_failed", case
        assert states[f"{engine}_chosen.manifest"] == "skipped"
        assert states[f"{engine}_nothing_new.manifest"] == "success"
        assert states[f"{engine}_nothing_new.results"] == "skipped"
