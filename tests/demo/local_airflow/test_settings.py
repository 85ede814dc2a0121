"""A local Airflow is isolated from the machine's settings and from the network."""

import socket

from airflow_provider_rekmedia.demo.local_airflow.settings import (
    HOST,
    airflow_settings,
    clean_environment,
    find_free_ports,
    is_port_free,
)


def test_free_ports_are_distinct_and_free():
    ports = find_free_ports(5)

    assert len(set(ports)) == 5
    assert all(is_port_free(port) for port in ports)


def test_a_port_with_a_listener_is_not_free():
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()

        assert not is_port_free(listener.getsockname()[1])


def test_settings_of_another_airflow_and_of_aws_are_removed(monkeypatch):
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", "secret")
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("UNRELATED", "kept")

    environment = clean_environment()

    assert environment["UNRELATED"] == "kept"
    assert not [name for name in environment if name.startswith(("AIRFLOW", "AWS_"))]


def test_every_path_is_in_its_own_folder_and_every_address_is_loopback(tmp_path):
    settings = airflow_settings(tmp_path, tmp_path / "dags", port=1234)

    assert settings["AIRFLOW_HOME"] == str(tmp_path)
    assert str(tmp_path) in settings["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    assert settings["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert settings["AIRFLOW__API__BASE_URL"] == "http://127.0.0.1:1234"
