"""
The moderation labels of Rekognition's taxonomy, version 7.0: three levels, as the developer guide lists them.

Source: https://docs.aws.amazon.com/rekognition/latest/dg/moderation-api.html. AWS says that level 3 under
``Products`` and under ``Drugs & Tobacco Paraphernalia & Use`` is not exhaustive: for other images of these
kinds, only the label of level 2 is returned. Names are case-sensitive.

This module is data. It is the only module of the package that the emulator imports.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["ANCESTORS", "CONTENT_TYPES", "MODEL_VERSION", "PARENT_OF", "ancestors_of"]

MODEL_VERSION: Final = "7.0"

#: Kinds of images other than photographs.
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


#: The parent of each label. A label of the first level has the parent ``""``, as in responses of the service.
_PARENTS: Final = _parents()
PARENT_OF: Final[Mapping[str, str]] = MappingProxyType(_PARENTS)


def _chains() -> dict[str, tuple[str, ...]]:
    chains: dict[str, tuple[str, ...]] = {"": ()}
    for name, parent in PARENT_OF.items():  # parents come before their children
        chains[name] = (name, *chains[parent])
    return chains


_CHAINS: Final = _chains()

#: The parent of each label, and all its ancestors from the parent to the top. A plain dict is fastest: it is
#: read for each label of each image.
ANCESTORS: Final = {name: (parent, _CHAINS[parent]) for name, parent in _PARENTS.items()}


def ancestors_of(name: str, parent: str) -> tuple[str, ...]:
    """
    Return the ancestors of a label, from its parent to the top.

    :param parent: The parent in the response of the service; for ``""``, the taxonomy's parent is used.
    """
    first = parent or _PARENTS.get(name, "")
    chain = _CHAINS.get(first)
    return (first,) if chain is None else chain
