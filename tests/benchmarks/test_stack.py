"""Every server in process answers as it should, whatever its view asks. Nothing is timed here."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from benchmarks.stack import STACKS

CHECK = """\
import sys
from benchmarks.examples import EXAMPLES
from benchmarks.stack import Stack
stack = Stack(sys.argv[1])
for example in EXAMPLES.values():
    stack.check(example)
stack.asks["nobody", "nothing"] = lambda request: "something"
try:
    stack.check(example)
except AssertionError as error:
    print(error)
"""


@pytest.mark.parametrize("name", STACKS)
def test_a_view_reads_what_was_sent(name: str) -> None:
    # A process for each: Sanic and Django refuse to be set up twice, and threads stay behind.
    done = subprocess.run(
        [sys.executable, "-c", CHECK, name],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert not done.returncode, done.stderr
    assert "nobody, nothing: expected None twice, got ['something', 'something']" in done.stdout
