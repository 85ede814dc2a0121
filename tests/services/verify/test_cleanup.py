"""Only the objects of the run are removed, and what is left is named."""

from emulated_account import PREFIX

from airflow_provider_rekmedia.services.verify.cleanup import clean_up


def test_what_is_beside_the_prefix_stays(account):
    account.s3.put_object(Bucket=PREFIX.bucket, Key="checks/yours.png", Body=b"")
    bench = account.bench()

    left = clean_up(bench)

    assert account.keys() == ["checks/yours.png"]
    assert left.objects == left.running_jobs == ()


def test_an_object_that_cannot_be_deleted_is_named(account):
    bench = account.bench()
    account.emulator.deny("s3:DeleteObject", f"{PREFIX.bucket}/{PREFIX.key}images/too-small.png")

    left = clean_up(bench)

    assert len(account.keys()) == 1
    assert left.objects[0].startswith(f"{PREFIX}images/too-small.png: ")


def test_a_prefix_that_cannot_be_listed_is_named(account):
    bench = account.bench()
    account.emulator.deny("s3:ListBucket")

    assert clean_up(bench).objects[0].startswith(f"everything below {PREFIX}")


def test_running_jobs_are_named(account):
    account.emulator.configure(by_hand=True)
    bench = account.bench()
    job_id = bench.start("token")

    assert clean_up(bench).running_jobs == (job_id,)


def test_a_job_whose_state_is_unknown_may_still_run(account):
    bench = account.bench()
    job_id = bench.start("token")
    account.emulator.deny("rekognition:GetMediaAnalysisJob")

    assert clean_up(bench).running_jobs == (job_id,)
