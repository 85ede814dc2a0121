"""A mapped task that fails keeps the others' results from nobody, and does not go unseen."""

DENIED = {"code": "AccessDeniedException", "status": 400, "times": 1}


def test_what_the_other_shards_found_is_read_and_not_paid_again(aws, photos, run_dag):
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

    seen = run_dag("failing_shard")

    assert seen.state == "success"
    assert seen.states()["moderate_images.results"] == "skipped"


def test_a_night_whose_images_cannot_be_listed_fails_to_its_end(aws, run_dag):
    seen = run_dag("failing_shard")  # there is no such bucket

    assert seen.state == "failed"
    assert seen.states()["moderate_images.results"] == "failed"
