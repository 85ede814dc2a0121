"""ListMediaAnalysisJobs: newest first, page by page."""

import pytest


@pytest.fixture
def many(scene):
    scene.emulator.configure(max_active_jobs=1000)
    return scene


def pages_of(scene, size):
    token, pages = {}, []
    while len(pages) < 10:
        answer = scene.rekognition.list_media_analysis_jobs(MaxResults=size, **token)
        pages.append([job["JobId"] for job in answer["MediaAnalysisJobs"]])
        if "NextToken" not in answer:
            return pages
        token = {"NextToken": answer["NextToken"]}
    pytest.fail("the pages do not end")


def test_jobs_are_listed_newest_first(many):
    jobs = [many.start() for _ in range(3)]
    assert pages_of(many, 100) == [jobs[::-1]]


@pytest.mark.parametrize(
    ("size", "lengths"), [(1, [1, 1, 1, 1]), (2, [2, 2]), (3, [3, 1]), (4, [4]), (100, [4])]
)
def test_pages_cover_all_jobs_once(many, size, lengths):
    jobs = [many.start() for _ in range(4)]
    pages = pages_of(many, size)
    assert [len(page) for page in pages] == lengths
    assert [job for page in pages for job in page] == jobs[::-1]


def test_a_page_has_100_jobs_by_default(many):
    for _ in range(101):
        many.start()
    answer = many.rekognition.list_media_analysis_jobs()
    assert len(answer["MediaAnalysisJobs"]) == 100
    assert "NextToken" in answer


def test_without_jobs_the_list_is_empty(scene):
    assert pages_of(scene, 5) == [[]]


def test_a_job_started_between_two_pages_does_not_change_the_others(many):
    jobs = [many.start() for _ in range(4)]
    first = many.rekognition.list_media_analysis_jobs(MaxResults=2)
    many.start()
    second = many.rekognition.list_media_analysis_jobs(MaxResults=2, NextToken=first["NextToken"])
    listed = [job["JobId"] for answer in (first, second) for job in answer["MediaAnalysisJobs"]]
    assert listed == jobs[::-1]


def test_list_and_get_return_the_same_description(scene):
    described = scene.finish()
    (listed,) = scene.rekognition.list_media_analysis_jobs()["MediaAnalysisJobs"]
    described.pop("ResponseMetadata")
    assert listed == described


def test_list_finishes_a_job(scene):
    scene.start()
    scene.emulator.advance(to_end=True)
    (job,) = scene.rekognition.list_media_analysis_jobs()["MediaAnalysisJobs"]
    assert job["Status"] == "SUCCEEDED"


@pytest.mark.parametrize("token", ["x", "W10=", "W251bGxd", "WzEsMV0=", "a" * 1024])
def test_an_unknown_token_is_refused(scene, token):
    with pytest.raises(scene.rekognition.exceptions.InvalidPaginationTokenException):
        scene.rekognition.list_media_analysis_jobs(NextToken=token)


def test_jobs_are_forgotten_after_a_year(scene, clock):
    # "Details about individual jobs are only retained for one year"
    job_id = scene.start()
    clock.forward(364 * 24 * 3600)
    assert scene.get(job_id)["JobId"] == job_id
    clock.forward(2 * 24 * 3600)
    assert pages_of(scene, 5) == [[]]
    with pytest.raises(scene.rekognition.exceptions.ResourceNotFoundException):
        scene.get(job_id)
