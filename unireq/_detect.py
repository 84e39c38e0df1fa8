"""from_native: finds the adapter for a framework's request.

It checks in this order: a `unireq.Request`; an adapter that claims the module of the object's type
(or of a base class) and confirms the type; a mapping that is an ASGI scope or a WSGI environ; an
object that has one as `.scope`, `.environ` or `.env`. A plain dict comes from no framework, so no
adapter is asked. The result is cached for the type. Detection imports no framework: an object of a
framework's type exists only if the framework is imported already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, cast

from unireq._adapters import (
    adapter_names,
    adapters_for,
    forget_adapters,
    load_failures,
    note_failure,
)
from unireq._errors import UnknownNative
from unireq._native import Opener
from unireq._redact import shown_name
from unireq._request import Request

__all__ = ["forget", "from_asgi", "from_native", "from_wsgi"]

_MAX_KNOWN = 1024
_openers: dict[type[Any], Opener] = {}
_protocol_adapters: dict[str, Callable[..., Request]] = {}
_protocol_openers: dict[str, Callable[..., Request]] = {}


def from_native(native: object) -> Request:
    """The neutral request for a framework's request.

    Args:
        native: A framework's request, an ASGI scope, a WSGI environ, or an object that has one as
            `.scope`, `.environ` or `.env`. A `unireq.Request` is returned unchanged.

    Raises:
        UnknownNative: `native` is none of these.
    """
    try:
        opener = _openers[type(native)]
    except KeyError:
        opener = _remember(type(native))
    return opener(native)


def from_asgi(scope: Mapping[str, Any], receive: Any = None) -> Request:
    """The neutral request for an ASGI connection.

    Args:
        scope: An `http` or `websocket` scope.
        receive: The connection's `receive`; without it the body can't be read.

    Raises:
        UnknownNative: `scope` is not such a scope.
    """
    if not is_scope(scope):
        raise UnknownNative(
            "from_asgi: expected an ASGI scope of type 'http' or 'websocket',"
            f" got {_described(scope, _scope_fault)}"
        )
    return _protocol_opener("asgi")(scope, receive)


def from_wsgi(environ: Mapping[str, Any]) -> Request:
    """The neutral request for a WSGI environ.

    Args:
        environ: The environ (PEP 3333).

    Raises:
        UnknownNative: `environ` is not a WSGI environ.
    """
    if not is_environ(environ):
        raise UnknownNative(
            "from_wsgi: expected a WSGI environ (a dict with REQUEST_METHOD and 'wsgi.' keys),"
            f" got {_described(environ, _environ_fault)}"
        )
    return _protocol_opener("wsgi")(environ)


def forget() -> None:
    """Clear the caches of types and adapters."""
    _openers.clear()
    _protocol_adapters.clear()
    _protocol_openers.clear()
    forget_adapters()


def is_scope(candidate: Mapping[str, Any] | None) -> bool:
    """Whether `candidate` is an ASGI scope that describes a request."""
    try:
        return isinstance(candidate, Mapping) and _scope_fault(candidate) is None
    except Exception:  # noqa: BLE001 (a foreign mapping may raise anything)
        return False


def is_environ(candidate: Mapping[str, Any] | None) -> bool:
    """Whether `candidate` is a WSGI environ."""
    try:
        return isinstance(candidate, Mapping) and _environ_fault(candidate) is None
    except Exception:  # noqa: BLE001 (as above)
        return False


def _scope_fault(scope: Mapping[str, Any]) -> str | None:
    """Why `scope` does not describe a request, else None. Other keys are checked when read."""
    get = scope.get
    if get("type") not in ("http", "websocket"):
        return _fault("scope", scope, "type", "'http' or 'websocket'")
    for key in ("path", "method") if get("type") == "http" else ("path",):
        if not isinstance(get(key), str):
            return _fault("scope", scope, key, "a str")
    headers = get("headers")
    # A mapping of header fields may have the keys of a scope, but its values are text.
    if type(headers) is not list and (
        not isinstance(headers, Iterable) or isinstance(headers, (str, bytes, Mapping))
    ):
        return _fault("scope", scope, "headers", "an iterable of (name, value) pairs of bytes")
    return None


def _environ_fault(environ: Mapping[str, Any]) -> str | None:
    """Why `environ` is not a WSGI environ; else None."""
    if not isinstance(environ.get("REQUEST_METHOD"), str):
        return _fault("environ", environ, "REQUEST_METHOD", "a str")
    # Header fields and query parameters may have these names, but only text values.
    if isinstance(environ.get("wsgi.version"), tuple) or hasattr(environ.get("wsgi.input"), "read"):
        return None
    return _fault("environ", environ, "wsgi.input", "a stream with read()")


def _fault(where: str, source: Mapping[str, Any], key: str, expected: str) -> str:
    # Never the value: it may be a secret.
    got = type(source[key]).__name__ if key in source else "nothing, the key is missing"
    return f"{where}[{key!r}]: expected {expected}, got {got}"


def _remember(kind: type[Any]) -> Opener:
    opener = _find(kind)
    if len(_openers) >= _MAX_KNOWN:
        _openers.clear()
    _openers[kind] = opener
    return opener


def _find(kind: type[Any]) -> Opener:
    if issubclass(kind, Request):
        return _same
    if kind is dict:
        return _open_mapping
    modules = dict.fromkeys(str(base.__module__).partition(".")[0] for base in kind.__mro__)
    for module in modules:
        for adapter in adapters_for(module):
            try:
                if adapter._matches(kind):  # pyright: ignore[reportPrivateUsage]
                    return adapter._opener(kind)  # pyright: ignore[reportPrivateUsage]
            except Exception as error:  # noqa: BLE001 (a foreign adapter may raise anything)
                # Another adapter may still match.
                note_failure(f"{adapter.__module__}:{adapter.__qualname__}", error)
    # Some requests are mappings themselves (Starlette's), so this comes after the adapters.
    return _open_mapping if issubclass(kind, Mapping) else _open_holder


def _same(native: Request) -> Request:
    return native


def _open_mapping(native: Any) -> Request:
    if is_scope(native):
        return _protocol_opener("asgi")(native)
    if is_environ(native):
        return _protocol_opener("wsgi")(native)
    return _open_holder(native)


def _open_holder(native: Any) -> Request:
    """For frameworks without an adapter: most have the scope or the environ as an attribute."""
    if is_scope(scope := _attribute(native, "scope")):
        return _protocol_adapter("asgi")(scope, native=native)
    for name in ("environ", "env"):
        if is_environ(environ := _attribute(native, name)):
            return _protocol_adapter("wsgi")(environ, native=native)
    raise UnknownNative(_message(native))


def _attribute(native: Any, name: str) -> Any:
    try:
        return getattr(native, name, None)
    except Exception:  # noqa: BLE001 (a property of a foreign object may raise anything)
        return None


def _protocol_opener(name: str) -> Callable[..., Request]:
    opener = _protocol_openers.get(name)
    if opener is None:
        adapter: Any = _protocol_adapter(name)
        opener = _protocol_openers[name] = adapter._opener(dict)
    return opener


def _protocol_adapter(name: str) -> Callable[..., Request]:
    adapter = _protocol_adapters.get(name)
    if adapter is None:
        adapters = adapters_for(name)
        if not adapters:
            raise UnknownNative(
                f"expected unireq's own adapter {name!r}, got none installed;"
                " reinstall unireq (in a checkout: pip install -e . -e conformance)"
            )
        adapter = _protocol_adapters[name] = adapters[0]
    return adapter


def _name(kind: type) -> str:
    module = kind.__module__
    return kind.__qualname__ if module == "builtins" else f"{module}.{kind.__qualname__}"


def _described(native: object, fault: Callable[[Mapping[str, Any]], str | None]) -> str:
    if isinstance(native, type):
        return f"the class {_name(native)}, not an instance of it"
    name = _name(type(native))
    if isinstance(native, Mapping):
        source = cast("Mapping[str, Any]", native)
        with suppress(Exception):  # a foreign mapping may raise anything
            asgi_type = source.get("type")
            if isinstance(asgi_type, str) and "asgi" in source and not is_scope(source):
                why = fault(source) if asgi_type in ("http", "websocket") else None
                return f"an ASGI scope of type {shown_name(asgi_type)}{_because(why)}"
            why = _because(fault(source))
            return f"a {name} that is neither an ASGI scope nor a WSGI environ{why}"
    held = (_attribute(native, attribute) for attribute in ("scope", "environ", "env"))
    why = next((fault(source) for source in held if isinstance(source, dict)), None)  # pyright: ignore[reportUnknownArgumentType]
    return f"an object of type {name}{_because(why)}"


def _because(fault: str | None) -> str:
    return "" if fault is None else f" ({fault})"


def _likely_fault(source: Mapping[str, Any]) -> str | None:
    """What is wrong with a dict that looks like a scope or an environ; None if it doesn't."""
    if source.get("type") in ("http", "websocket"):
        return _scope_fault(source)
    if any(key in source for key in ("REQUEST_METHOD", "wsgi.input", "wsgi.version")):
        return _environ_fault(source)
    return _scope_fault(source) if {"path", "headers"} <= source.keys() else None


def _message(native: object) -> str:
    kind = type(native)
    module = str(kind.__module__).partition(".")[0]
    known = ", ".join(adapter_names())
    message = (
        "from_native: expected a web framework's request, an ASGI scope or a WSGI environ,"
        f" got {_described(native, _likely_fault)}. Adapters installed: {known}."
    )
    if failures := load_failures():
        told = "; ".join(f"{name} ({why})" for name, why in sorted(failures.items()))
        message += f" Adapters that could not be loaded: {told}."
    if module in {"builtins", "abc", "unireq"} or module in adapter_names():
        return (
            message + " Pass the request itself, which a view, a handler or a middleware receives."
        )
    return message + (
        f" If this is a request of the framework {module!r}: install its adapter"
        f" (unireq-{module}, if it is published) or write one, a subclass of"
        " unireq.adapter.NativeRequest."
    )
