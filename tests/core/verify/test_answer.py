from airflow_provider_rekmedia.core.verify.answer import Answer


def test_an_open_question_has_a_reason_and_no_answer():
    assert Answer.open("the job failed") == Answer(None, "the job failed")
