"""An image that is listed, but not analyzed in the bytes that were listed."""

import pytest
from image_files import image_bytes

ENGINES = ("bulk", "per_image")


@pytest.fixture
def swapped(photos):
    for engine in ENGINES:
        for name, labels in (("pills.jpg", "Pills=88.5"), ("cat.jpg", "")):
            photos.client.put_object(
                Bucket="photos",
                Key=f"{engine}/uploads/{name}",
                Body=image_bytes(90),
                Metadata={"rekmedia-labels": labels} if labels else {},
            )


def test_an_image_that_is_replaced_and_put_back_is_analyzed_again(swapped, run_dag):
    first, second = run_dag("swapped_image"), run_dag("swapped_image")

    assert first.state == second.state == "success", (first.states(), second.states())
    for engine in ENGINES:
        # The engine saw the clean image, so the ledger must not say that the other one was analyzed.
        assert first.xcom(f"{engine}.results", "counts")["flagged"] == 0
        assert first.xcom(f"{engine}.results")["changed"] == 1
        assert second.xcom(f"{engine}.manifest", "skipped") == {"already_analyzed": 1}
        assert second.xcom(f"{engine}.manifest", "images") == 1
