"""Greenlets: with gevent, async code runs in a thread of its pool and reads the body in a greenlet.

Rule: the server's input waits by switching greenlets, which works only in the thread of its hub. So
a thread of the pool lets the hub's thread read, and waits for the result. Source: gevent's
documentation of `ILoop.run_callback_threadsafe` and `ThreadPool`.
"""

from __future__ import annotations

import contextvars
import sys
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TypeVar

from unireq.adapter import ReadBody

__all__ = ["hub_for_pool", "patched_gevent", "read_in_greenlet", "run_in_pool"]

_T = TypeVar("_T")

hub_for_pool: ContextVar[Any] = ContextVar("unireq.gevent_hub", default=None)


def patched_gevent() -> Any:
    """The module `gevent`, if it has patched `threading` in this process; else None."""
    is_patched: Any = getattr(sys.modules.get("gevent.monkey"), "is_module_patched", None)
    if is_patched is None or not is_patched("threading"):
        return None
    return sys.modules["gevent"]


def run_in_pool(gevent: Any, work: Callable[[], _T]) -> _T:
    """The result of `work()`, called in a thread of gevent's pool, in the caller's context."""
    hub = gevent.get_hub()
    context = contextvars.copy_context()
    context.run(hub_for_pool.set, hub)
    return hub.threadpool.apply(context.run, (work,))  # type: ignore[no-any-return]


def read_in_greenlet(read: ReadBody) -> ReadBody:
    """`read`, wrapped so that a thread of the pool calls it in a greenlet of the server."""

    def pull(size: int) -> bytes:
        hub = hub_for_pool.get()
        return read(size) if hub is None else _call_in(hub, lambda: read(size))

    return pull


def _call_in(hub: Any, work: Callable[[], _T]) -> _T:
    gevent: Any = sys.modules["gevent"]
    originals: Any = sys.modules["gevent.monkey"].get_original
    get_ident, allocate_lock = originals("_thread", ["get_ident", "allocate_lock"])
    if get_ident() == hub.thread_ident:
        return work()
    done: list[_T] = []
    failed: list[BaseException] = []
    # An unpatched lock: a patched one would switch greenlets in this thread.
    ended = allocate_lock()
    ended.acquire()

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:  # noqa: BLE001 (raised again in the calling thread)
            failed.append(error)
        finally:
            ended.release()

    hub.loop.run_callback_threadsafe(gevent.spawn, run)
    ended.acquire()
    if failed:
        raise failed[0]
    return done[0]
