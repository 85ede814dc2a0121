"""The demo runs the example Dags of a clone, or those inside an installed package."""

from airflow_provider_rekmedia.demo import sandbox
from airflow_provider_rekmedia.demo.sandbox import DAG_ID, find_dags_folder


def test_a_clone_uses_its_example_dags():
    assert (find_dags_folder() / f"{DAG_ID}.py").is_file()


def test_an_installed_package_uses_its_own_copy(tmp_path, monkeypatch):
    (tmp_path / "dags").mkdir()
    monkeypatch.setattr(sandbox, "__file__", str(tmp_path / "sandbox.py"))

    assert find_dags_folder() == tmp_path / "dags"
