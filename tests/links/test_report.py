from links.test_rekognition import persisted

from airflow_provider_rekmedia.links.report import RekognitionReportLink

FIELDS = {"bucket": "photos", "object_key": "report/dag/a b&c/report.html"}


def test_the_link_opens_the_object_in_the_console():
    fields = persisted(RekognitionReportLink, endpoint_url="https://s3.amazonaws.com", **FIELDS)

    url = RekognitionReportLink().format_link(**fields["rekognition_report"])

    assert url == (
        "https://console.aws.amazon.com/s3/object/photos?region=eu-west-1"
        "&prefix=report%2Fdag%2Fa%20b%26c%2Freport.html"
    )


def test_an_emulator_has_no_console():
    assert persisted(RekognitionReportLink, endpoint_url="http://127.0.0.1:4566", **FIELDS) == {}
