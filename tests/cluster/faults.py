"""The faults. Each happens once the night is under way, and ends with all machines started."""

import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil
from cluster.cluster import SCHEDULERS, TRIGGERERS, Cluster
from cluster.network import Cable
from cluster.nights import PER_IMAGE_IMAGES, Night

#: As in the Dag. The images in flight are billed again if a task is killed, stopped, or cut off from the
#: api-server: it sends no more images once it can no longer renew its lease, or is asked for it.
IN_FLIGHT = 10
#: So many that the task of a worker that is cut off lasts until Airflow retries it elsewhere.
LONG = 200

STOPPED_S = 75.0
OUTAGE_S = 20.0
PARTITION_S = 130.0
AWS_AWAY_S = 30.0


@dataclass(frozen=True)
class Fault:
    """
    :param happen: makes it happen, and returns when it is over
    :param extra_images: images that may be billed twice
    :param per_image: the number of images for the per-image engine
    """

    name: str
    happen: Callable[[Cluster, Night], None]
    extra_images: int = 0
    per_image: int = PER_IMAGE_IMAGES


def nothing(cluster: Cluster, night: Night) -> None:
    """Nothing happens."""


def worker_machine_killed(cluster: Cluster, night: Night) -> None:
    machine = _worker(cluster, night)
    cluster.machines[machine].lose()
    cluster.restart(machine, away_s=10.0)


def celery_main_process_killed(cluster: Cluster, night: Night) -> None:
    """Its children are left alone. The supervisor of the machine starts another main process beside them."""
    os.kill(cluster.machines[_worker(cluster, night)].pid, signal.SIGKILL)


def supervisor_killed(cluster: Cluster, night: Night) -> None:
    """Kill the child of the Celery worker that supervises the task and sends its heartbeats."""
    psutil.Process(night.wait_until_under_way().pid).parent().kill()


def worker_stopped(cluster: Cluster, night: Night) -> None:
    machine = cluster.machines[_worker(cluster, night)]
    machine.send(signal.SIGSTOP)
    time.sleep(STOPPED_S)
    machine.send(signal.SIGCONT)


def triggerers_killed(cluster: Cluster, night: Night) -> None:
    night.wait_until_under_way()
    _kill_each(cluster, TRIGGERERS)


def schedulers_killed(cluster: Cluster, night: Night) -> None:
    night.wait_until_under_way()
    _kill_each(cluster, SCHEDULERS)


def redis_restarted(cluster: Cluster, night: Night) -> None:
    night.wait_until_under_way()
    cluster.machines["redis"].stop()
    cluster.restart("redis", away_s=5.0)


def redis_lost(cluster: Cluster, night: Night) -> None:
    """All of its data is lost: the queue, and the messages that are being worked on."""
    night.wait_until_under_way()
    cluster.machines["redis"].lose()
    shutil.rmtree(cluster.folder / "redis" / "appendonlydir")
    cluster.restart("redis", away_s=5.0)


def postgresql_restarted(cluster: Cluster, night: Night) -> None:
    night.wait_until_under_way()
    cluster.machines["postgresql"].stop(by=signal.SIGINT)
    cluster.restart("postgresql", away_s=5.0)


def aws_stopped(cluster: Cluster, night: Night) -> None:
    """S3 and Rekognition do not respond for half a minute."""
    night.wait_until_under_way()
    cluster.machines["aws"].send(signal.SIGSTOP)
    time.sleep(AWS_AWAY_S)
    cluster.machines["aws"].send(signal.SIGCONT)


def api_server_away(cluster: Cluster, night: Night) -> None:
    """
    All connections of the workers to the api-server are reset, and refused for 20 s.

    The workers see what they see when it restarts. A real restart takes as long as the machine needs.
    """
    night.wait_until_under_way()
    for cable in cluster.cables.values():
        cable.set(Cable.REFUSED)
    time.sleep(OUTAGE_S)
    for cable in cluster.cables.values():
        cable.set(Cable.PLUGGED)


def worker_cut_off(cluster: Cluster, night: Night) -> None:
    """A worker loses the api-server, but neither AWS nor the queue. Its task is retried elsewhere."""
    cable = cluster.cables[_worker(cluster, night)]
    cable.set(Cable.SILENT)
    time.sleep(PARTITION_S)
    cable.set(Cable.PLUGGED)


def _worker(cluster: Cluster, night: Night) -> str:
    """Return the name of the worker that runs the per-image task."""
    attempt = night.wait_until_under_way()
    return cluster.machine_of_pid(attempt.pid).name


def _kill_each(cluster: Cluster, names: tuple[str, ...]) -> None:
    """Kill one machine after the other. Each is back before the next one is killed."""
    for name in names:
        cluster.machines[name].lose()
        cluster.restart(name, away_s=10.0)
        night_goes_on_s = 15.0
        time.sleep(night_goes_on_s)


FAULTS = (
    Fault("no_fault", nothing),
    Fault("worker_machine_killed", worker_machine_killed, IN_FLIGHT),
    Fault("celery_main_process_killed", celery_main_process_killed, IN_FLIGHT),
    Fault("supervisor_killed", supervisor_killed, IN_FLIGHT),
    Fault("worker_stopped", worker_stopped, IN_FLIGHT),
    Fault("triggerers_killed", triggerers_killed),
    Fault("schedulers_killed", schedulers_killed),
    Fault("redis_restarted", redis_restarted),
    Fault("redis_lost", redis_lost),
    Fault("postgresql_restarted", postgresql_restarted, IN_FLIGHT),
    Fault("aws_stopped", aws_stopped, IN_FLIGHT),
    Fault("api_server_away", api_server_away, IN_FLIGHT),
    Fault("worker_cut_off", worker_cut_off, IN_FLIGHT, LONG),
)
