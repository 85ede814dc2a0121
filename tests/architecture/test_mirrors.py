"""Every module has a test file of its name, except those in ``untested_modules.txt``."""

from pathlib import Path

from architecture.inventory import MODULES, ROOT

#: Modules without a test file of their own. Remove a line when you write its test.
EXEMPT = set((Path(__file__).parent / "untested_modules.txt").read_text().split())

#: Modules with a test file in another folder.
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
        str(mirror_of(module)) for module in MODULES if not has_a_test(module) and module not in EXEMPT
    ]

    assert not missing


def test_no_exempt_module_has_a_test():
    tested = sorted(module for module in EXEMPT if has_a_test(module))

    assert not tested, "remove them from untested_modules.txt"


def test_every_exempt_module_exists():
    assert not EXEMPT - set(MODULES)
