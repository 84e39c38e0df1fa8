"""The command `unireq-conformance`, also `python -m unireq_conformance`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; return its exit status."""
    try:
        from unireq_conformance.cli import main as run
    except KeyboardInterrupt:
        return 130
    return run()


if __name__ == "__main__":
    sys.exit(main())
