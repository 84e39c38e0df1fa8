"""Spans, metrics and a correlation id, by `opentelemetry-sdk` and `prometheus_client`.

    app = install(app, telemetry(tracer, registry))

The span is the current one in the view, whatever the framework. Routes, not paths, name spans and
metrics: a client can't make up new ones.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from contextvars import ContextVar

from opentelemetry.propagate import extract
from opentelemetry.trace import SpanKind, StatusCode, Tracer
from prometheus_client import CollectorRegistry, Counter, Histogram

import unireq

REQUEST_ID: ContextVar[str] = ContextVar("REQUEST_ID", default="-")
_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)


class AddRequestId(logging.Filter):
    """Puts the id of the request into each record, for `%(request_id)s` in a format."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add it; every record passes."""
        record.request_id = REQUEST_ID.get()
        return True


def telemetry(tracer: Tracer, registry: CollectorRegistry) -> unireq.Middleware:
    """A layer that traces and counts all requests."""
    labels = ("method", "route", "status")
    seconds = Histogram("http_server_request_duration_seconds", "Time", labels, registry=registry)
    sizes = Counter("http_server_response_body_bytes", "Size", labels, registry=registry)

    @unireq.middleware
    def layer(request: unireq.Request) -> unireq.Steps:
        started = time.perf_counter()
        sent_id = request.get_header("x-request-id") or ""
        # A client's id is taken only if it can do no harm in a log.
        request_id = sent_id if _ID.fullmatch(sent_id) else uuid.uuid4().hex
        REQUEST_ID.set(request_id)
        method = request.method if request.method in _METHODS else "_OTHER"
        with tracer.start_as_current_span(
            method, context=extract(request.headers), kind=SpanKind.SERVER
        ) as span:
            span.set_attribute("http.request.method", method)
            head = yield
            head.set_header("x-request-id", request_id)
            route = request.route or ""
            if route:
                span.update_name(f"{method} {route}")
                span.set_attribute("http.route", route)
            span.set_attribute("http.response.status_code", head.status)
            if head.error is not None:
                span.record_exception(head.error)
            if head.status >= 500:
                span.set_status(StatusCode.ERROR)
            status = str(head.status)
            yield
            sent = head.sent
            if sent is not None:
                sizes.labels(method, route, status).inc(sent.size or 0)
                if not sent.complete:
                    span.set_status(StatusCode.ERROR, "the answer broke off")
            seconds.labels(method, route, status).observe(time.perf_counter() - started)
        return None

    return layer


_METHODS = {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"}
