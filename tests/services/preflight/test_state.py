from services.preflight.preflight_stage import state_of


def test_before_the_first_check_nothing_is_known(stage):
    state = state_of(stage)

    assert (state.unusable_buckets, state.quota, state.estimate) == (set(), None, None)
