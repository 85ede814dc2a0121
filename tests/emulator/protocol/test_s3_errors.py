"""S3's error format."""

import xml.etree.ElementTree as ET

from airflow_provider_rekmedia.emulator.protocol.s3_errors import encode_s3_error


def test_an_error_is_xml_and_its_message_is_escaped():
    response = encode_s3_error("AccessDenied", "<no> & never", status=403)
    error = ET.fromstring(response.body)  # noqa: S314 - made by this test
    assert (response.status, response.content_type) == (403, "application/xml")
    assert [(child.tag, child.text) for child in error] == [
        ("Code", "AccessDenied"),
        ("Message", "<no> & never"),
    ]
