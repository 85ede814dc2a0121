import pytest
from core.errors.error_tree import all_classes

from airflow_provider_rekmedia.core import errors
from airflow_provider_rekmedia.core.errors import AccessDenied, RekmediaError, error_class


@pytest.mark.parametrize("kind", all_classes())
def test_every_class_of_the_tree_is_found_by_its_name(kind):
    assert error_class(kind.__name__) is kind


@pytest.mark.parametrize("name", ["Exception", "rekmediaerror", "", None, ["AccessDenied"], {}])
def test_any_other_name_finds_nothing(name):
    assert error_class(name) is None


def test_subclasses_of_another_package_are_not_found():
    foreign = type("ForeignError", (RekmediaError,), {"__module__": "another_package"})
    same_name = type("AccessDenied", (RekmediaError,), {"__module__": "another_package"})
    assert error_class(foreign.__name__) is None
    assert error_class(same_name.__name__) is AccessDenied


def test_the_package_exports_every_class_and_the_lookup():
    names = sorted(kind.__name__ for kind in all_classes())
    assert errors.__all__ == [*names, "error_class"]
