"""
Fuzz whole scenes with libFuzzer, guided by branch coverage.

    python tests/fuzz/fuzz_scenes.py TARGET [libFuzzer's options]

A unit of the corpus is a scene as JSON: the files that belong together. ``mutations`` changes it, so most
units are files that can be decoded. libFuzzer's own mutations break nearly every file.
A scene that fails is saved in a file; give that file as the last argument to run it again.
"""

import importlib
import json
import logging
import random
import sys

import atheris

with atheris.instrument_imports(include=["airflow_provider_rekmedia"]):
    target = importlib.import_module(f"fuzz.targets.{sys.argv.pop(1)}")

from fuzz.mutations import mutated

_SHAPE = {name: type(part) for name, part in target.SCENE.items()}


def scene_of(unit):
    """Decode a unit; anything that is not a scene stands for the target's own scene."""
    try:
        scene = json.loads(unit)
        is_scene = {name: type(part) for name, part in scene.items()} == _SHAPE
    except (ValueError, AttributeError):
        return target.SCENE
    return scene if is_scene else target.SCENE


def mutate(unit, max_size, seed):
    """Mutate a scene a few times."""
    chance = random.Random(seed)
    scene = scene_of(unit)
    for _ in range(chance.choice([1, 1, 2, 4])):
        scene = mutated(scene, chance, target.WORDS)
    return _fitting(scene, unit, max_size)


def cross(first, second, max_size, seed):
    """Take each part of the scene from one of two."""
    chance = random.Random(seed)
    scenes = scene_of(first), scene_of(second)
    return _fitting({name: chance.choice(scenes)[name] for name in _SHAPE}, first, max_size)


def _fitting(scene, unit, max_size):
    encoded = json.dumps(scene).encode()
    return encoded if len(encoded) <= max_size else unit[:max_size]


def feed(unit):
    """Check one scene; an exception stops the run."""
    target.check(scene_of(unit))


if __name__ == "__main__":
    logging.disable()
    atheris.Setup(sys.argv, feed, custom_mutator=mutate, custom_crossover=cross)
    atheris.Fuzz()
