"""When an answer is safe: a known race of Airflow fails tasks that are answered too early."""

import time

#: For a release of Airflow that logs other words. People need longer.
_ENOUGH_S = 10


def wait_until_answer_is_safe(airflow, run, task_id, *, attempt=1, questions=1):
    """
    Wait until the scheduler knows that the process which asked has ended.

    :param questions: How often this attempt of the task has asked.
    """
    task = f"task_id='{task_id}', run_id='{run.run_id}', try_number={attempt}"
    words = ("executor event with state success", task)
    deadline = time.monotonic() + _ENOUGH_S
    while time.monotonic() < deadline:
        lines = (airflow.home / "scheduler.log").read_text().splitlines()
        if sum(all(word in line for word in words) for line in lines) >= questions:
            break
        time.sleep(0.2)
    time.sleep(0.5)  # the scheduler logs the event, and then handles it
