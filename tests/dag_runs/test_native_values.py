"""Values of native rendering, in both engines."""


def test_digits_are_text_again_and_no_value_is_none(night, aws, run_dag):
    run = run_dag("native_values")

    assert set(run.states().values()) == {"success"}, run.states()
    for engine in ("bulk", "per_image"):
        assert run.xcom(f"{engine}.results", "counts")["images"] == 7
    jobs = aws.client("rekognition").list_media_analysis_jobs()["MediaAnalysisJobs"]
    assert [job["JobName"] for job in jobs] == ["20260501"]
    assert "KmsKeyId" not in jobs[0]
