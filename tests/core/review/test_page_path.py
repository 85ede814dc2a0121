from airflow_provider_rekmedia.core.review.page_path import review_path


def test_the_path_names_the_task_instance():
    path = review_path("night", "manual__1", "review.images", 3)

    assert path == "rekmedia/dags/night/runs/manual__1/tasks/review.images/3/review"


def test_each_id_is_one_part_of_the_path():
    path = review_path("a/b", "manual__2026-05-01T02:00:00+00:00", "ä?#", -1)

    assert path == (
        "rekmedia/dags/a%2Fb/runs/manual__2026-05-01T02%3A00%3A00%2B00%3A00/tasks/%C3%A4%3F%23/-1/review"
    )
