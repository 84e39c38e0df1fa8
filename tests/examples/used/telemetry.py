import io
import json
import logging
from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CollectorRegistry, generate_latest
from telemetry import AddRequestId, telemetry

import unireq

_exporter, _registry = InMemorySpanExporter(), CollectorRegistry()
_provider = TracerProvider()
_provider.add_span_processor(SimpleSpanProcessor(_exporter))
_lines = io.StringIO()
_handler = logging.StreamHandler(_lines)
_handler.addFilter(AddRequestId())
_handler.setFormatter(logging.Formatter("%(request_id)s %(message)s"))
_log = logging.getLogger("example")
_log.setLevel(logging.INFO)
_log.addHandler(_handler)


def inside(_: unireq.Request) -> str:
    """The trace that is current in a view; it logs a line."""
    _log.info("inside")
    return format(trace.get_current_span().get_span_context().trace_id, "032x")


async def async_inside(request: unireq.Request) -> str:
    """The same in async code."""
    return inside(request)


def seen(_: unireq.Request) -> dict[str, Any]:
    """What was recorded since it was last asked."""
    spans = [json.loads(span.to_json()) for span in _exporter.get_finished_spans()]
    _exporter.clear()
    lines = _lines.getvalue().splitlines()
    _lines.seek(0)
    _lines.truncate()
    return {"spans": spans, "lines": lines, "metrics": generate_latest(_registry).decode()}


layers = [telemetry(_provider.get_tracer("example"), _registry)]
handlers = {"/inside": inside, "/async-inside": async_inside, "/seen": seen}
