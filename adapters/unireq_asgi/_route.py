"""The route of a scope, where Starlette and FastAPI put it, and frameworks like them.

A scope has no template. It has the `endpoint`, which is the view, or the app of a mount; mostly the
`route`, whose path lacks the prefixes of mounts, and in FastAPI those of included routers; and the
`router` that came first. `root_path` is no template either: in it, the parameters of mounts are
filled in with what the client sent. So below a mount the routes are walked again, with what
`root_path` has gained.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, cast

__all__ = ["Found", "find_mount", "find_route"]

_PARAMETER = re.compile(r"\{(\w+):[^{}]*\}")


class Found(NamedTuple):
    """The route that leads to the endpoint of a scope.

    Attributes:
        template: None if a mount on the way is unknown.
        view: The endpoint.
    """

    template: str | None
    view: Any


def find_route(scope: Mapping[str, Any]) -> Found | None:
    """The route that matched; None before routing, and if none did, or none for the method."""
    known = _known(scope)
    prefix: str | None = _root_path(scope).rstrip("/")
    route = known
    if scope.get("endpoint") is None:
        # A bare app that tells its route, and nothing else.
        route = scope.get("route")
    elif known is None or "app_root_path" in scope:
        walked = _walk(scope)
        prefix, route = (None, known) if walked is None else (walked[0], walked[1] or known)
    if route is None or not _answers(route, scope):
        return None
    path = _path_of(route)
    template = None if path is None or prefix is None else prefix + path
    return Found(template or None, scope.get("endpoint"))


def find_mount(scope: Mapping[str, Any]) -> str | None:
    """The template of `root_path`; None if a mount is unknown."""
    if "app_root_path" not in scope:
        return _root_path(scope).rstrip("/")
    walked = _walk(scope)
    if walked is None:
        return None
    prefix, route = walked
    return prefix + _prefix_of(route) if _is_mount(route) else prefix


def _root_path(scope: Mapping[str, Any], key: str = "root_path") -> str:
    found = scope.get(key)
    return found if isinstance(found, str) else ""


def _prefix_of(mount: Any) -> str:
    return str(mount.path_format).removesuffix("/{path}")


def _path_of(route: Any) -> str | None:
    # `path_format` has no converters, and that of a mount ends with `/{path}`.
    path = getattr(route, "path_format", None)
    if isinstance(path, str):
        return path
    path = getattr(route, "path", None)
    return _PARAMETER.sub(r"{\1}", path) if isinstance(path, str) else None


def _answers(route: Any, scope: Mapping[str, Any]) -> bool:
    """Whether the route leads to a view: else it ended with status 405, or in a router with 404."""
    if _is_mount(route):
        # A router below would have set its own route.
        return not route.routes
    methods = getattr(route, "methods", None)
    return not methods or scope.get("type") != "http" or scope.get("method") in methods


def _is_mount(route: Any) -> bool:
    whole = hasattr(route, "routes") and hasattr(route, "app")
    return whole and str(getattr(route, "path_format", "")).endswith("/{path}")


def _leads_to(route: Any, endpoint: Any) -> bool:
    return endpoint is not None and endpoint is getattr(
        route, "app" if _is_mount(route) else "endpoint", None
    )


def _known(scope: Mapping[str, Any]) -> Any:
    """The route that the framework tells, if it is that of the endpoint; else None.

    FastAPI sets it for its own routes only, so that of a router above may be left.
    """
    endpoint, fastapi = scope.get("endpoint"), scope.get("fastapi")
    context: Any = None
    if isinstance(fastapi, Mapping):
        context = cast("Mapping[str, Any]", fastapi).get("effective_route_context")
    # From 0.137 on, the path of an included route has its prefixes here alone.
    for route in (getattr(context, "starlette_route", None), context, scope.get("route")):
        if _leads_to(route, endpoint):
            return route
    return None


def _walk(scope: Mapping[str, Any]) -> tuple[str, Any] | None:
    """The template of the mounts above the endpoint, and the route that leads to it.

    As in routing, the first mount that matches is the one. The route is None if the last mount
    hides its routes. None if that is not the last one.
    """
    full = _root_path(scope)
    root = _root_path(scope, "app_root_path") if "app_root_path" in scope else full
    path, endpoint = str(scope.get("path")), scope.get("endpoint")
    if not full.startswith(root):
        return None
    prefix, gained = root.rstrip("/"), full[len(root) :]
    rest = gained + (path.removeprefix(full))
    routes: Any = getattr(scope.get("router"), "routes", None)
    while routes:
        for route in _single(routes):
            if not _is_mount(route):
                if not gained and _leads_to(route, endpoint) and _matches(route, rest):
                    return prefix, route
                if not _is_host(route) or route.matches(scope)[0].value == 0:
                    continue
                matched = ""
            else:
                match = _matches(route, rest)
                if match is None:
                    continue
                matched = rest[: len(rest) - len(match["path"]) - 1]
                if not gained.startswith(matched):
                    continue
                if gained == matched and route.app is endpoint:
                    return prefix, route
                prefix += _prefix_of(route)
            gained, rest = gained[len(matched) :], rest[len(matched) :]
            routes = route.routes
            break
        else:
            break
    return None if gained else (prefix, None)


def _matches(route: Any, path: str) -> re.Match[str] | None:
    match: Any = getattr(getattr(route, "path_regex", None), "match", None)
    return None if match is None else match(path)


def _is_host(route: Any) -> bool:
    return hasattr(route, "routes") and hasattr(route, "host_regex")


def _single(routes: Iterable[Any]) -> Iterator[Any]:
    """The routes, with those that FastAPI has included as they are, with their prefixes."""
    for route in routes:
        included = getattr(route, "effective_route_contexts", None)
        if included is None:
            yield route
        else:
            for context in included():
                yield getattr(context, "starlette_route", None) or context
