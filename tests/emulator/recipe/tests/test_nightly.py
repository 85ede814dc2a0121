# [START test]
import io

from PIL import Image


def jpeg():
    file = io.BytesIO()
    Image.new("RGB", (96, 96), "white").save(file, "JPEG")
    return file.getvalue()


def test_the_nightly_dag_blocks_pills(aws):
    from nightly import dag  # after conftest.py has set the environment

    s3 = aws.client("s3")
    s3.create_bucket(Bucket="photos")
    s3.put_object(Bucket="photos", Key="uploads/cat.jpg", Body=jpeg())
    s3.put_object(
        Bucket="photos", Key="uploads/pills.jpg", Body=jpeg(), Metadata={"rekmedia-labels": "Pills=88"}
    )
    aws.inject("throttle", operation="DetectModerationLabels", times=2)

    run = dag.test()

    assert run.state == "success"
    results = run.get_task_instance("moderate_images.results")
    counts = results.xcom_pull(task_ids="moderate_images.results", key="counts")
    assert (counts["images"], counts["allow"], counts["block"]) == (2, 1, 1)
    assert aws.usage()["images_billed"] == 2


# [END test]
