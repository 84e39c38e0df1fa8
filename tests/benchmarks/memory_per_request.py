"""What a request keeps once everything is read: `python tests/benchmarks/memory_per_request.py`.

Bytes for each request, by tracemalloc, over many of them: what reading adds to the framework's own
request, and what unireq adds to one that is not read natively. What was read is let go; what stays
is what the request itself keeps, so that it need not read again.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

if __name__ == "__main__":
    # A script's own directory comes first on the path; the package that it belongs to is one above.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from benchmarks.examples import EXAMPLES, Example
from benchmarks.subjects import FRAMEWORKS, SUBJECTS, Subject, our_operations

__all__ = ["Kept", "kept_by"]

_REQUESTS = 1_000


class Kept(NamedTuple):
    """Bytes for each request.

    Attributes:
        unread: What the server hands over, and the framework's own request of it.
        native: What that takes in addition when everything is read natively.
        ours: What it takes in addition when everything is read through unireq instead.
    """

    unread: int
    native: int
    ours: int


def kept_by(subject: Subject, example: Example, requests: int = _REQUESTS) -> Kept:
    """Measure one framework.

    Args:
        subject: The framework.
        example: The request.
        requests: How many.
    """
    ask_native = subject.native["everything"]
    ask_ours = our_operations(lambda request: request)["everything"]

    def read_native(native: Any) -> Any:
        ask_native(native)
        return native

    def read_ours(native: Any) -> Any:
        request = subject.ours(native)
        ask_ours(request)
        return request

    for read in (read_native, read_ours):
        # What is made once for all requests.
        _measure(subject, example, read, 10)
    unread, native = _measure(subject, example, read_native, requests)
    _, ours = _measure(subject, example, read_ours, requests)
    return Kept(unread, native, ours)


def _measure(
    subject: Subject, example: Example, read: Callable[[Any], Any], requests: int
) -> tuple[int, int]:
    """Bytes for each request: before it is read, and in addition afterwards."""
    held: list[Any] = [None] * requests
    tracemalloc.start()
    try:
        sizes = [_traced()]
        for at in range(requests):
            held[at] = subject.construct(subject.fresh(example))
        sizes.append(_traced())
        for at in range(requests):
            held[at] = read(held[at])
        sizes.append(_traced())
    finally:
        tracemalloc.stop()
    begun, made, done = sizes
    return round((made - begun) / requests), round((done - made) / requests)


def _traced() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def main() -> int:
    """Print the table; the exit status."""
    if sys.argv[1:]:
        subject = SUBJECTS[sys.argv[1]]()
        for example in EXAMPLES.values():
            kept = kept_by(subject, example)
            row = "".join(f"{size:>24,}" for size in kept)
            print(f"{subject.name + ', ' + example.name:22}{row}", flush=True)
        return 0
    print(f"{'bytes':22}{'framework, unread':>24}{'reading it natively':>24}{'through unireq':>24}")
    for name in FRAMEWORKS:
        # Sanic and Django refuse to be set up twice.
        subprocess.run([sys.executable, __file__, name], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
