"""
The moderation labels of Rekognition's taxonomy, version 7.0: three levels, as the developer guide lists them.

Source: https://docs.aws.amazon.com/rekognition/latest/dg/moderation-api.html. AWS says that level 3 under
``Products`` and under ``Drugs & Tobacco Paraphernalia & Use`` is not exhaustive: for other things of that
kind only the label of level 2 is returned. Names are case-sensitive.

This module is data. It is the one thing that the emulator shares with the package.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["ANCESTORS", "CONTENT_TYPES", "MODEL_VERSION", "PARENT_OF", "ancestors_of"]

MODEL_VERSION: Final = "7.0"

#: What a whole image can be beside a photograph.
CONTENT_TYPES: Final = ("Animated", "Illustrated")

_TREE: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "Explicit": {
        "Explicit Nudity": (
            "Exposed Male Genitalia",
            "Exposed Female Genitalia",
            "Exposed Buttocks or Anus",
            "Exposed Female Nipple",
        ),
        "Explicit Sexual Activity": (),
        "Sex Toys": (),
    },
    "Non-Explicit Nudity of Intimate parts and Kissing": {
        "Non-Explicit Nudity": (
            "Bare Back",
            "Exposed Male Nipple",
            "Partially Exposed Buttocks",
            "Partially Exposed Female Breast",
            "Implied Nudity",
        ),
        "Obstructed Intimate Parts": ("Obstructed Female Nipple", "Obstructed Male Genitalia"),
        "Kissing on the Lips": (),
    },
    "Swimwear or Underwear": {
        "Female Swimwear or Underwear": (),
        "Male Swimwear or Underwear": (),
    },
    "Violence": {
        "Weapons": (),
        "Graphic Violence": (
            "Weapon Violence",
            "Physical Violence",
            "Self-Harm",
            "Blood & Gore",
            "Explosions and Blasts",
        ),
    },
    "Visually Disturbing": {
        "Death and Emaciation": ("Emaciated Bodies", "Corpses"),
        "Crashes": ("Air Crash",),
    },
    "Drugs & Tobacco": {
        "Products": ("Pills",),
        "Drugs & Tobacco Paraphernalia & Use": ("Smoking",),
    },
    "Alcohol": {
        "Alcohol Use": ("Drinking",),
        "Alcoholic Beverages": (),
    },
    "Rude Gestures": {
        "Middle Finger": (),
    },
    "Gambling": {},
    "Hate Symbols": {
        "Nazi Party": (),
        "White Supremacy": (),
        "Extremist": (),
    },
}


def _parents() -> dict[str, str]:
    parents = {}
    for top, seconds in _TREE.items():
        parents[top] = ""
        for second, thirds in seconds.items():
            parents[second] = top
            parents.update(dict.fromkeys(thirds, second))
    return parents


#: Each label's parent; a label of the first level has the parent ``""``, as the service answers it.
_PARENTS: Final = _parents()
PARENT_OF: Final[Mapping[str, str]] = MappingProxyType(_PARENTS)


def _chains() -> dict[str, tuple[str, ...]]:
    chains: dict[str, tuple[str, ...]] = {"": ()}
    for name, parent in PARENT_OF.items():  # a parent comes before the labels below it
        chains[name] = (name, *chains[parent])
    return chains


_CHAINS: Final = _chains()

#: Each label's parent, and all above it from the parent up. A plain dict: it is asked for each label.
ANCESTORS: Final = {name: (parent, _CHAINS[parent]) for name, parent in _PARENTS.items()}


def ancestors_of(name: str, parent: str) -> tuple[str, ...]:
    """
    Give the labels above one, from its parent up.

    :param parent: As the service named it; ``""`` leaves it to the taxonomy.
    """
    above = parent or _PARENTS.get(name, "")
    chain = _CHAINS.get(above)
    return (above,) if chain is None else chain
