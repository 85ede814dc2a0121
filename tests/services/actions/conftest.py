"""Stages of actions in memory."""

import pytest
from services.actions.action_stage import ActionStage
from services.actions.memory_bucket import MemoryBucket


@pytest.fixture
def stage():
    return ActionStage()


@pytest.fixture
def versioned():
    """A stage whose bucket of images has versions."""
    return ActionStage(MemoryBucket(versioned=["photos"]))
