import subprocess
import sys
from importlib.metadata import entry_points, version

import pytest

from airflow_provider_rekmedia.operators.results import RekognitionMediaAnalysisResultsOperator
from airflow_provider_rekmedia.plugins.moderation import _is_supported

IS_SUPPORTED = version("apache-airflow").split(".")[:2] >= ["3", "1"]
needs_tabs = pytest.mark.skipif(not IS_SUPPORTED, reason="only Airflow 3.1 and newer have tabs of plugins")


def loaded():
    (entry,) = (entry for entry in entry_points(group="airflow.plugins") if entry.name == "rekmedia")
    return entry.load()


@pytest.mark.skipif(IS_SUPPORTED, reason="newer releases have tabs")
def test_an_old_airflow_finds_no_plugin():
    assert loaded() is None


@pytest.mark.parametrize(
    ("release", "is_supported"),
    [
        ("2.11.0", False),
        ("3.0.6", False),
        ("3.1.0", True),
        ("3.4.0b2", True),
        ("3.10.1", True),
        ("4.0.0", True),
    ],
)
def test_tabs_exist_since_airflow_3_1(release, is_supported):
    assert _is_supported(release) is is_supported


@needs_tabs
def test_airflow_finds_a_plugin():
    assert loaded().name == "rekmedia"


@needs_tabs
def test_links_are_relative_to_the_base_url_and_have_no_query():
    for view in loaded().external_views:
        assert view["href"].startswith("rekmedia/")
        assert "?" not in view["href"]


@needs_tabs
def test_each_view_has_a_route_of_its_own():
    routes = [view["url_route"] for view in loaded().external_views]
    assert len(routes) == len(set(routes)) == 4


@needs_tabs
@pytest.mark.parametrize(
    ("tab", "operator"),
    [("Report", RekognitionMediaAnalysisResultsOperator.__name__), ("Review", "RekognitionReviewOperator")],
)
def test_the_tabs_of_tasks_are_for_one_operator(tab, operator):
    (view,) = (view for view in loaded().external_views if view["name"] == tab)
    assert view["applies_to"] == {"operator": [operator]}


@needs_tabs
def test_the_page_is_loaded_by_the_api_server_only():
    """Airflow imports plugins in every process, also where Dags are parsed."""
    program = """
import sys, airflow.plugins_manager
before = set(sys.modules)
from airflow_provider_rekmedia.plugins.moderation import plugin
instance = plugin()
instance.external_views
print("NEW", *sorted(name for name in set(sys.modules) - before))
instance.fastapi_apps
print("LOADED", "airflow_provider_rekmedia.plugins.moderation_page.app" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    # Airflow logs to the standard output, too.
    printed = {line.split()[0]: line.split()[1:] for line in run.stdout.splitlines() if line}
    assert [name for name in printed["NEW"] if name != "airflow_provider_rekmedia"] == [
        "airflow_provider_rekmedia.plugins",
        "airflow_provider_rekmedia.plugins.moderation",
        "airflow_provider_rekmedia.plugins.moderation_page",
    ]
    assert printed["LOADED"] == ["True"]
