"""The files of docs/queues.md as they stand there, with Celery and a broker in a directory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from support.pages import blocks

FRAMEWORKS = ("django", "fastapi", "flask", "sanic", "starlette", "werkzeug")

PRODUCER = """
import asyncio
import unireq
from views import order, order_async

request = unireq.Request(
    "POST", "/order", headers={"content-type": "application/json"},
    body=b'{"item": "tea", "number": 2}', username="ada",
)
assert order(request).status == asyncio.run(order_async(request)).status == 202
"""


def test_a_worker_without_any_framework_does_the_work(tmp_path: Path) -> None:
    for name, text in blocks("queues.md", "file").items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    # Python runs it first: whoever imports a framework fails.
    blocked = f"import sys\nsys.modules.update(dict.fromkeys({FRAMEWORKS!r}))\n"
    (tmp_path / "sitecustomize.py").write_text(blocked, encoding="utf-8")
    for directory in ("data_in", "results"):
        (tmp_path / directory).mkdir()
    # The broker's defaults: what one side puts out, the other takes in.
    (tmp_path / "data_out").symlink_to("data_in")
    environment: dict[str, Any] = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]),
        "CELERY_BROKER_URL": "filesystem://",
        "CELERY_RESULT_BACKEND": f"file://{tmp_path / 'results'}",
    }
    celery = (sys.executable, "-m", "celery", "-A", "tasks", "worker", "--pool", "solo")
    with (tmp_path / "log").open("w") as log:
        worker = subprocess.Popen(celery, cwd=tmp_path, env=environment, stdout=log, stderr=log)
        try:
            subprocess.run(
                [sys.executable, "-c", PRODUCER], cwd=tmp_path, env=environment, check=True
            )
            deadline = time.monotonic() + 60
            while len(list((tmp_path / "results").iterdir())) < 2 and worker.poll() is None:
                assert time.monotonic() < deadline, (tmp_path / "log").read_text()
                time.sleep(0.05)
        finally:
            worker.terminate()
            worker.wait(30)
    results = [file.read_text() for file in (tmp_path / "results").iterdir()]
    assert len(results) == 2, (tmp_path / "log").read_text()
    assert all("ada orders 2 of tea: /order" in result for result in results), results
