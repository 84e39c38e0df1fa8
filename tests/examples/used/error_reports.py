from typing import Any

from error_reports import report_errors

import unireq

_reports: list[dict[str, Any]] = []


def reports(_: unireq.Request) -> list[dict[str, Any]]:
    """What was reported since it was last asked."""
    taken = list(_reports)
    _reports.clear()
    return taken


layers = [report_errors(_reports.append)]
handlers = {"/reports": reports}
