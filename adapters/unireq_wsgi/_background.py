"""The event loop in which async layers run on WSGI: one for each process, in a thread of its own.

So a client that a layer opened for one request works for the next. The loop is started at first
use, which is after a server has forked its workers. The thread of a request waits while a step of
its layers runs, and does meanwhile what only this thread may do: read the body.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Any

from unireq import adapter
from unireq_wsgi._greenlets import hub_for_pool, patched_gevent, run_in_pool

__all__ = ["waits_in_background"]


class _Process:
    """What one process has: its loop, and the lock that starts it."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """As in a new process."""
        self.loop: Any = None
        self.lock = _original("_thread", "allocate_lock")()


def _original(module: str, name: str) -> Any:
    """What gevent has not patched: the thread of the loop is a thread."""
    if (gevent := patched_gevent()) is not None:
        return sys.modules[f"{gevent.__name__}.monkey"].get_original(module, name)
    return getattr(__import__(module), name)


_process = _Process()

if hasattr(os, "register_at_fork"):
    # The thread of the loop does not exist in the child.
    os.register_at_fork(after_in_child=_process.forget)


def _find_loop() -> Any:
    process = _process
    with process.lock:
        if process.loop is None:
            import asyncio

            made: Any = _original("queue", "SimpleQueue")()

            def run() -> None:
                loop = asyncio.new_event_loop()
                asyncio.set_event_loop(loop)
                loop.call_soon(made.put, loop)
                loop.run_forever()

            # gevent patches `threading.Thread`. Like a daemon, this ends with the process.
            _original("_thread", "start_new_thread")(run, ())
            process.loop = made.get()
        return process.loop


async def waits_in_background(context: Context, coroutine: Any) -> Any:
    """The result of `coroutine`, run in `context` in the background. Never waits: it blocks.

    With gevent a thread of its pool waits, so other greenlets go on.
    """
    gevent = patched_gevent()
    if gevent is None:
        return _run(context, coroutine)
    context.run(hub_for_pool.set, gevent.get_hub())
    return run_in_pool(gevent, lambda: _run(context, coroutine))


def _run(context: Context, coroutine: Any) -> Any:
    loop = _find_loop()
    jobs: Any = _original("queue", "SimpleQueue")()
    context.run(adapter.read_elsewhere.set, _reading_with(jobs, loop))
    tasks: list[Any] = []

    async def step() -> None:
        done: Callable[[], Any]
        try:
            result = await adapter.InContext(context, coroutine)
        except BaseException as error:  # noqa: BLE001 (raised again in the waiting thread)
            done = _raising(error)
        else:

            def done() -> Any:
                return result

        jobs.put((True, done))

    loop.call_soon_threadsafe(lambda: tasks.append(loop.create_task(step())))
    try:
        while True:
            ended, job = jobs.get()
            if ended:
                return job()
            job()
    except BaseException:
        # Also if the server stops this thread: then nobody waits for the step.
        loop.call_soon_threadsafe(lambda: [task.cancel() for task in tasks])
        raise


def _raising(error: BaseException) -> Callable[[], Any]:
    def done() -> Any:
        raise error

    return done


def _reading_with(jobs: Any, loop: Any) -> Callable[[Callable[[], Any]], Awaitable[Any]]:
    """Calls a function in the thread that waits for `jobs`; awaits the result in `loop`."""

    async def read(work: Callable[[], Any]) -> Any:
        result = loop.create_future()

        def tell(function: Callable[[Any], None], value: Any) -> None:
            if not result.done():
                function(value)

        def job() -> None:
            try:
                value = work()
            except Exception as error:  # noqa: BLE001 (raised again in the layer)
                loop.call_soon_threadsafe(tell, result.set_exception, error)
            else:
                loop.call_soon_threadsafe(tell, result.set_result, value)

        jobs.put((False, job))
        return await result

    return read
