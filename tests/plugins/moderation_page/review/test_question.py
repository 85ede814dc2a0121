"""Questions in Airflow's database."""

from plugins.moderation_page.review.queues import fields_of, item, put_queue

from airflow_provider_rekmedia.core.review.page_path import review_path


def test_a_task_that_has_not_asked_says_so(page, metadata, s3):
    uri, _ = put_queue(s3, [item("a.jpg")], images=False)
    metadata.add_run("night", "manual__3")
    metadata.add_task("night", "manual__3", "review", fields=fields_of(uri), state="running")
    response = page.get("/" + review_path("night", "manual__3", "review", -1))
    metadata.remove_last_run()
    assert (response.status_code, "The review is not open yet" in response.text) == (404, True)
