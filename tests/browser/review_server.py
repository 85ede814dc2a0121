"""The review page in one process: the real routes over a real port, with a made-up HITL API beside them."""

import threading
import time
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from airflow_provider_rekmedia.demo.local_airflow.settings import find_free_ports


class FakeQuestion:
    """Airflow's question: ``answers`` has what was sent, ``refusal`` is a response to send instead."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.answers = []
        self.refusal = None
        self.detail = {"response_received": False, "assigned_users": []}

    def mount(self, app):
        path = "/api/v2/dags/{dag}/dagRuns/{run}/taskInstances/{task}/{index}/hitlDetails"
        app.get(path)(self._send)
        app.patch(path)(self._receive)

    def _send(self):
        return JSONResponse(self.detail)

    async def _receive(self, request: Request):
        if self.refusal:
            status, detail = self.refusal
            return JSONResponse({"detail": detail}, status)
        self.answers.append(await request.json())
        return JSONResponse({})


@contextmanager
def serving(app: FastAPI):
    """Serve an app in a thread; the value is its URL."""
    (port,) = find_free_ports(1)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
