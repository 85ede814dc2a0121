from airflow_provider_rekmedia.core.per_image.settings import MAX_CONCURRENT_CALLS, OnExpiredAdapter


def test_settings_are_the_documented_words_and_limit():
    assert [choice.value for choice in OnExpiredAdapter] == ["warn", "fail"]
    assert MAX_CONCURRENT_CALLS == 1_000
