"""The cable between worker and api-server refuses, loses and forwards bytes."""

import socket
import threading

import pytest
from cluster.network import HOST, Cable, Proxy

from airflow_provider_rekmedia.demo.local_airflow.settings import find_free_ports


@pytest.fixture
def proxy():
    """A cable to a server that sends back what it receives."""
    with socket.create_server((HOST, 0)) as server:
        threading.Thread(target=_serve, args=[server], daemon=True).start()
        proxy = Proxy(find_free_ports(1)[0], server.getsockname()[1])
        yield proxy
        proxy.close()


def _serve(server):
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=_echo, args=[connection], daemon=True).start()


def _echo(connection):
    with connection:
        while data := connection.recv(100):
            connection.sendall(data)


def connect(proxy):
    return socket.create_connection((HOST, proxy.port), timeout=0.3)


def test_a_plugged_cable_forwards_both_ways(proxy):
    with connect(proxy) as client:
        client.sendall(b"heartbeat")

        assert client.recv(100) == b"heartbeat"


def test_a_silent_cable_loses_bytes_of_old_and_new_connections(proxy):
    with connect(proxy) as old:
        old.sendall(b"heartbeat")
        assert old.recv(100) == b"heartbeat"
        proxy.set(Cable.SILENT)
        with connect(proxy) as new:
            for client in (old, new):
                client.sendall(b"heartbeat")
                with pytest.raises(TimeoutError):
                    client.recv(100)


def test_a_refused_connection_works_again_when_the_cable_is_plugged(proxy):
    proxy.set(Cable.REFUSED)
    with pytest.raises(ConnectionRefusedError):
        connect(proxy)

    proxy.set(Cable.PLUGGED)
    with connect(proxy) as client:
        client.sendall(b"heartbeat")
        assert client.recv(100) == b"heartbeat"
