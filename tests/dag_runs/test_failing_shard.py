"""A mapped task that fails keeps the others' results from nobody, and does not go unseen."""

DENIED = {
    "code": "AccessDeniedException",
    "status": 400,
    "times": 1,
    "after": 1,
}  # the first call is of preflight


def test_results_of_the_other_shards_are_read_and_not_paid_again(aws, photos, run_dag):
    for name in ("1.jpg", "2.jpg", "3.jpg"):
        photos.put(name)
    aws.inject("error", operation="DetectModerationLabels", **DENIED)

    first = run_dag("failing_shard")
    assert first.state == "failed"
    states = first.states()
    assert sorted(states[f"moderate_images.moderate[{number}]"] for number in range(3)) == [
        "failed",
        "success",
        "success",
    ]
    assert states["moderate_images.results"] == "failed"
    counts = first.xcom("moderate_images.results", "counts")
    assert (counts["images"], counts["analyzed"], counts["unaccounted"]) == (3, 2, 1)

    second = run_dag("failing_shard")
    assert second.state == "success", second.states()
    assert second.xcom("moderate_images.results", "counts")["images"] == 1
    assert aws.usage()["images_billed"] == 3


def test_a_night_without_new_images_is_skipped_to_its_end(aws, photos, run_dag):
    photos.put("1.jpg")
    run_dag("failing_shard")

    run = run_dag("failing_shard")

    assert run.state == "success"
    assert run.states()["moderate_images.results"] == "skipped"


def test_a_night_without_a_readable_bucket_fails(aws, run_dag):
    run = run_dag("failing_shard")  # there is no such bucket

    assert run.state == "failed"
    assert run.states()["moderate_images.results"] == "failed"
