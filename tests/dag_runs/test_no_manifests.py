"""The results task of a run without manifests."""


def test_results_are_skipped_with_the_group_and_fail_once_after_a_failed_manifest_task(photos, run_dag):
    run = run_dag("no_manifests", retries=2)

    states = run.states()
    assert states["skipped.manifest"] == states["skipped.results"] == "skipped"
    assert states["failed.manifest"] == states["failed.results"] == "failed"
    assert run.tries()["failed.results"] == 1
    assert run.state == "failed"
