"""Every module has a test file of its name; those without one are listed, and the list only shrinks."""

from pathlib import Path

from architecture.inventory import MODULES, ROOT

#: Modules without a test file of their own. Take a line out when its test is written.
FORGIVEN = set((Path(__file__).parent / "untested_modules.txt").read_text().split())


#: The one test that is named after what it is about.
ELSEWHERE = {"get_provider_info.py": "tests/architecture/test_provider_info.py"}


def mirror_of(module):
    if module in ELSEWHERE:
        return ROOT / ELSEWHERE[module]
    folder, _, name = module.rpartition("/")
    return ROOT / "tests" / folder / f"test_{name}"


def has_a_test(module):
    return mirror_of(module).is_file()


def test_every_module_has_a_test_file_of_its_name():
    missing = [
        str(mirror_of(module)) for module in MODULES if not has_a_test(module) and module not in FORGIVEN
    ]

    assert not missing


def test_no_module_that_has_a_test_is_forgiven():
    needless = sorted(module for module in FORGIVEN if has_a_test(module))

    assert not needless, "take them out of untested_modules.txt"


def test_no_module_that_is_gone_is_forgiven():
    assert not FORGIVEN - set(MODULES)
