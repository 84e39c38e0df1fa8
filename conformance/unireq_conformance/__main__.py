"""The command `unireq-conformance`, also `python -m unireq_conformance`.

It can be called where nothing but unireq is installed, and then says what else is needed.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec

NEEDED = ("h11", "hypothesis", "rich")


def main() -> int:
    """Run the command line; return its exit status."""
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        print(
            f"unireq-conformance needs {' and '.join(missing)}, not installed here:"
            ' pip install "unireq[conformance]"',
            file=sys.stderr,
        )
        return 2
    try:
        from unireq_conformance.cli import main as run
    except KeyboardInterrupt:
        return 130
    return run()


if __name__ == "__main__":
    sys.exit(main())
