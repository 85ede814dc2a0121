"""If the service reads no image of a job, the job fails and no image does."""

import time

import pytest
from services.per_image.pool_stage import CODES, Journal, Service, calls_of, image_lines

from airflow_provider_rekmedia.core.errors import (
    AccessDenied,
    ImageRefused,
    NoImageRead,
    ObjectUnreadable,
    Unavailable,
    UnknownRefusal,
)


@pytest.fixture
def journal():
    return Journal()


@pytest.mark.parametrize("images", [1, 4])
def test_an_outage_of_a_small_job_fails_the_job_and_no_image(journal, images):
    calls = calls_of(image_lines(images), Service(refusals=[Unavailable] * 5 * images), journal)
    calls.run()

    assert isinstance(calls.error, Unavailable)
    assert journal.written == []


@pytest.mark.parametrize("kind", [ObjectUnreadable, UnknownRefusal])
def test_if_no_image_can_be_read_the_job_fails_and_a_retry_can_help(journal, kind):
    calls = calls_of(image_lines(40), Service(refusals=[kind] * 40), journal)
    calls.run()

    assert isinstance(calls.error, NoImageRead)
    assert journal.written == []


def test_the_error_of_unreadable_images_is_retryable_and_names_the_cause(journal):
    calls = calls_of(image_lines(3), Service(refusals=[ObjectUnreadable] * 3), journal)
    calls.run()

    assert calls.error.retryable
    assert isinstance(calls.error.__cause__, ObjectUnreadable)
    assert "none of 3 images" in str(calls.error)
    assert "InvalidS3ObjectException" in str(calls.error)


@pytest.mark.parametrize("kind", [ObjectUnreadable, UnknownRefusal])
@pytest.mark.parametrize("read", [None, ImageRefused])
def test_an_image_fails_if_the_service_read_another_image_of_the_job(journal, kind, read):
    refusals = [read, kind, kind] if read else [None, kind, kind]
    calls_of(image_lines(3), Service(refusals=refusals), journal, bound=1).run()

    assert len(journal.written) == 3
    assert [image.code for image in journal.written].count(CODES.get(kind, kind.__name__)) == 2


def test_an_image_fails_if_an_earlier_try_read_another_image_of_the_job(journal):
    service = Service(refusals=[ObjectUnreadable])
    calls = calls_of(image_lines(1), service, journal, has_read_image=True)
    calls.run()

    assert calls.error is None
    assert [image.code for image in journal.written] == ["InvalidS3ObjectException"]


def test_unreadable_images_of_a_stopped_job_stay_open(journal):
    calls = calls_of(image_lines(2), Service(refusals=[ObjectUnreadable, AccessDenied]), journal, bound=1)
    calls.run()

    assert isinstance(calls.error, AccessDenied)
    assert journal.written == []


def test_a_stop_is_no_error_of_images_that_could_not_be_read_so_far(journal):
    service = Service(refusals=[ObjectUnreadable] * 3)

    def stop_at_third(image):
        calls.is_stopped = image[0] == 3
        time.sleep(0.3 * (image[0] == 3))  # longer than the pool needs to notice the stop
        return service(image)

    calls = calls_of(image_lines(9), stop_at_third, journal, bound=1)
    calls.run()

    assert calls.error is None
    assert journal.written == []
