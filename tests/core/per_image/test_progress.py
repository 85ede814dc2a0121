from airflow_provider_rekmedia.core.per_image.progress import Progress


def test_progress_has_the_remaining_images_and_time():
    progress = Progress(total=100, done=40, failed=1, tps=20.0, throttled=0)

    assert (progress.left, progress.eta_s) == (60, 3.0)
    assert Progress(total=100, done=0, failed=0, tps=0.0, throttled=9).eta_s is None
