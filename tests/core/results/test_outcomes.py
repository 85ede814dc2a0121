from airflow_provider_rekmedia.core.results.outcomes import ImageFailure, Outcomes


def test_a_part_without_images_is_empty():
    assert (*Outcomes().results, *Outcomes().failures) == ()


def test_a_failure_need_not_know_its_line():
    assert ImageFailure("s3://photos/a.jpg", "InvalidImageFormatException", "no image").line_number is None
