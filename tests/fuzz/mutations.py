"""
Mutates a scene: the files of one test case, as a tree of JSON values.

Most mutations keep each file decodable: they change, drop, repeat, move or copy its values. A few damage one
line. The source of randomness is an argument: Hypothesis, libFuzzer or a seed drives the same mutations.
"""

import copy
import json

#: Values at the edges of what a reader accepts.
SCALARS = [
    *("", " ", "\0", "é", "\u2028", "\ud800", "\ufeff", "a,b", 'a"b', "a\nb", "%41+%", "None", "😀" * 300),
    *("s3://photos/1.jpg", "s3://photos/", "s3:///1.jpg", "s3://photos/é +%2F.jpg", "photos/1.jpg"),
    *(0, -0.0, 0.5, 1, -1, 50, 99.99, 100, 100.0001, 127, 128, 2**31, 2**63, 10**30, 1e308),
    *(None, True, False, [], {}),
]
#: JSON of the first depth is decoded; the second is beyond the limit of every parser.
_DEPTHS = (50, 30_000)


def mutated(scene, random, words=()):
    """
    Copy a scene, and mutate the copy once.

    :param scene: A dict of lists and dicts. Its own members, and their types, stay.
    :param words: More values to insert, such as names that the readers know.
    """
    changed = copy.deepcopy(scene)
    slots = list(_iter_slots(changed))
    holder, place = random.choice(slots)
    value = holder[place]
    edits = [_replace, _replace, _copy_from_elsewhere, _copy_from_elsewhere]
    if holder is not changed:
        edits += [_drop, _copy_namesake] if isinstance(holder, dict) else [_drop, _repeat, _swap, _move]
    if isinstance(value, dict) and isinstance(holder, list):
        edits += [_respell, _nest, _damage]
    if holder is changed:
        edits = [_grow]
    random.choice(edits)(holder, place, random, (slots, words))
    return changed


def lines_of(values):
    """Encode JSON Lines. A text is written as it is: a blank or damaged line, or another spelling."""
    lines = [value.replace("\n", " ") if isinstance(value, str) else json.dumps(value) for value in values]
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")


def _iter_slots(holder):
    for place in list(holder) if isinstance(holder, dict) else range(len(holder)):
        yield holder, place
        if isinstance(holder[place], dict | list):
            yield from _iter_slots(holder[place])


def _replace(holder, place, random, around):
    _, words = around
    pool = words if words and random.random() < 0.5 else SCALARS
    holder[place] = copy.deepcopy(random.choice(pool))


def _copy_from_elsewhere(holder, place, random, around):
    slots, _ = around
    same_kind = [where[at] for where, at in slots if isinstance(where[at], type(holder[place]))]
    holder[place] = copy.deepcopy(random.choice(same_kind))


def _copy_namesake(holder, place, random, around):
    """Copy the member of the same name from another object, such as the uri of another line."""
    slots, _ = around
    namesakes = [where[at] for where, at in slots if at == place]
    holder[place] = copy.deepcopy(random.choice(namesakes))


def _drop(holder, place, random, around):
    del holder[place]


def _repeat(holder, place, random, around):
    holder.insert(random.randint(0, len(holder)), copy.deepcopy(holder[place]))


def _swap(holder, place, random, around):
    other = random.randrange(len(holder))
    holder[place], holder[other] = holder[other], holder[place]


def _move(holder, place, random, around):
    holder.insert(random.randrange(len(holder)), holder.pop(place))


def _grow(holder, place, random, around):
    """Add a value to a whole part of the scene, most often one that the part has already."""
    _, words = around
    part = holder[place]
    known = list(part.values() if isinstance(part, dict) else part)
    pool = known if known and random.random() < 0.8 else [*SCALARS, *words]
    value = copy.deepcopy(random.choice(pool))
    if isinstance(part, dict):
        name = random.choice([*part, *(word for word in words if isinstance(word, str)), "unknown"])
        part[name] = value
    else:
        part.insert(random.randint(0, len(part)), value)


def _respell(holder, place, random, around):
    """Write the same object in another way: other whitespace, order, escapes."""
    members = list(holder[place].items())
    random.shuffle(members)
    spacing = random.choice([(",", ":"), (" ,\t", "\t: ")])
    text = json.dumps(dict(members), separators=spacing, ensure_ascii=random.random() < 0.5)
    holder[place] = random.choice(["", " "]) + text + random.choice(["", "\r"])


def _nest(holder, place, random, around):
    depth = random.choice(_DEPTHS)
    text = json.dumps(holder[place])
    holder[place] = f'{{"deep": {"[" * depth}{"]" * depth}{", " * (text != "{}")}{text[1:]}'


def _damage(holder, place, random, around):
    text = json.dumps(holder[place])
    holder[place] = text[: random.randrange(len(text))]
