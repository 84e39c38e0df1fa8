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
_lines: list[str] = []


class _Keep(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        _lines.append(self.format(record))


_log = logging.getLogger("example")
_log.setLevel(logging.INFO)
_handler = _Keep()
_handler.addFilter(AddRequestId())
_handler.setFormatter(logging.Formatter("%(request_id)s %(message)s"))
_log.addHandler(_handler)


def inside(_: unireq.Request) -> str:
    """The trace that is current in a view; it logs a line."""
    _log.info("inside")
    return format(trace.get_current_span().get_span_context().trace_id, "032x")


async def async_inside(_: unireq.Request) -> str:
    """The same in async code."""
    _log.info("inside")
    return format(trace.get_current_span().get_span_context().trace_id, "032x")


def seen(_: unireq.Request) -> dict[str, Any]:
    """What was recorded since it was last asked."""
    spans = [
        {
            "name": span.name,
            "trace": format(span.context.trace_id, "032x"),
            "parent": span.parent is not None,
            "status": span.status.status_code.name,
            "attributes": dict(span.attributes or {}),
            "events": [event.name for event in span.events],
        }
        for span in _exporter.get_finished_spans()
    ]
    _exporter.clear()
    lines = list(_lines)
    _lines.clear()
    return {"spans": spans, "lines": lines, "metrics": generate_latest(_registry).decode()}


layers = [telemetry(_provider.get_tracer("example"), _registry)]
handlers = {"/inside": inside, "/async-inside": async_inside, "/seen": seen}
