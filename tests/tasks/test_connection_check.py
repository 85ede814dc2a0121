import pytest

from airflow_provider_rekmedia.core.errors import ConnectionMissing
from airflow_provider_rekmedia.hooks.rekognition import RekognitionHook
from airflow_provider_rekmedia.tasks.connection_check import check_connection


def test_a_connection_that_does_not_exist_is_an_error():
    with pytest.raises(ConnectionMissing, match="aws_conn_id='no_such_connection'"):
        check_connection(RekognitionHook(aws_conn_id="no_such_connection"))


@pytest.mark.parametrize("conn_id", ["aws_default", None])
def test_a_connection_that_exists_and_no_connection_at_all_pass(connect, conn_id):
    check_connection(RekognitionHook(aws_conn_id=conn_id))
