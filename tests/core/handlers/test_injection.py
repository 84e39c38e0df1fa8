"""A framework's view is given our request, and the framework sees a signature that it knows."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from support.fake import FakeRequest
from unireq import Request
from unireq.adapter import FoundNative, Injection, find_in_arguments


class Native(dict[str, Any]):
    """The framework's own request."""


class Kind(Native):
    """A kind of it."""


class OfNative(FakeRequest):
    __slots__ = ()

    @classmethod
    def _matches(cls, kind: type) -> bool:
        return issubclass(kind, Native)


# A framework that gives its request as an argument; one that looks at the signature, too.
inject: Any = Injection(find_in_arguments(OfNative), FakeRequest)
inject_by_type: Any = Injection(find_in_arguments(OfNative), FakeRequest, annotation=lambda: Native)


class Current:
    """What a framework keeps that gives no request as an argument."""

    native: Native | None = None


def find_current(args: tuple[Any, ...], kwargs: dict[str, Any]) -> FoundNative | None:
    return None if Current.native is None else FoundNative(Current.native)


inject_current: Any = Injection(find_current, FakeRequest)


def call(*args: Any, **kwargs: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a call."""
    return args, kwargs


def made(parameters: str) -> Any:
    """A view with these parameters, which returns what they are."""
    scope = {"Any": Any, "Request": Request, "Native": Native, "Kind": Kind}
    exec(f"def view({parameters}): return locals()", scope)  # noqa: S102
    return scope["view"]


N, K = Native(method="PUT"), Kind()


class Holder:
    request = N


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (call(N), FoundNative(N, 0)),
        (call(1, N, K, a=K), FoundNative(N, 1)),
        (call(1, a=2, b=N), FoundNative(N, "b")),
        (call(), None),
        (call(1, "x", a=None), None),
        # The object of a method may hold it.
        (call(Holder(), 1), FoundNative(N)),
        (call(1, Holder()), None),
        (call(Holder(), K), FoundNative(K, 1)),
    ],
)
def test_where_the_native_request_is_found(arguments: Any, found: FoundNative | None) -> None:
    result = find_in_arguments(OfNative)(*arguments)
    assert result == found
    assert result is None or result.native is found.native  # type: ignore[union-attr]


# The parameters of a view, a call by its framework, and what else than ours the view is given.
BY_PLACE = "item, request: Request, again: Request, key=5, /"
SEVERAL = "a: Request, item, b: Request | None = None, *, c: Request"
ODD = "request: Request, items: list[int], more: Any, union: int | None, text: str = ''"
AROUND = "environ, request: Request, start"
CALLS: list[tuple[Any, str, Any, dict[str, Any]]] = [
    # In the place of the framework's request.
    (inject, "request: Request, item, more='x'", call(N, 1), {"item": 1, "more": "x"}),
    (inject, "request: Request, item, more='x'", call(request=N, item=3), {"item": 3, "more": "x"}),
    # Beside it, by name or by place alone.
    (inject, "n: Native, *, request: Request, **more", call(N), {"n": N, "more": {}}),
    (inject, "n: Any, *r, q: Request, **m", call(N, 1, a=3), {"n": N, "r": (1,), "m": {"a": 3}}),
    (inject_by_type, "request: Request, http: Kind", call(K), {"http": K}),
    # By place alone where all are called by name.
    (inject_by_type, "r: Request, /, a, **m", call(r=N, a=1, key=2), {"a": 1, "m": {"key": 2}}),
    (inject_by_type, BY_PLACE, call(request=N, item=1), {"item": 1, "key": 5}),
    (inject_by_type, BY_PLACE, call(request=N, item=1, key=2), {"item": 1, "key": 2}),
    # Several, also around an argument before it.
    *((inject, SEVERAL, c, {"item": 1}) for c in (call(N, 1), call(N, item=1), call(a=N, item=1))),
    # Annotations that are no classes.
    *(
        (inject_by_type, ODD, each, {"items": [1], "more": 2, "union": 3, "text": ""})
        for each in (call(N, [1], 2, 3), call(N, items=[1], more=2, union=3))
    ),
    # Not among the arguments.
    (inject_current, "item, request: Request", call(item=1), {"item": 1}),
    (inject_current, "item, request: Request", call(1), {"item": 1}),
    *(
        (inject_current, AROUND, each, {"environ": "e", "start": "s"})
        for each in (call("e", "s"), call("e", start="s"), call(environ="e", start="s"))
    ),
    (inject_current, "r: Request, a=1, b=2, **m", call(b=3, x=4), {"a": 1, "b": 3, "m": {"x": 4}}),
    (inject_current, "page=1, request: Request | None = None, /", call(), {"page": 1}),
    # Neither the native request nor what a router found ever stands in the place of ours.
    (
        inject,
        "r: Request | None = None, b=5, n: Native | None = None",
        call(N, b=2),
        {"b": 2, "n": None},
    ),
    (inject, "n: Native, *, request: Request, **m", call(N, request="evil"), {"n": N, "m": {}}),
    (inject_current, "request: Request, item=1", call(request="evil", item=2), {"item": 2}),
    (inject_current, "request: Request, /, **m", call(request="x"), {"m": {"request": "x"}}),
]


@pytest.mark.parametrize(("injection", "parameters", "arguments", "expected"), CALLS)
def test_each_argument_of_a_call(
    injection: Any, parameters: str, arguments: Any, expected: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Current, "native", N)
    args, kwargs = arguments
    view = made(parameters)
    injected = injection(view)
    assert injected.__wrapped__ is view
    found = injected(*args, **kwargs)
    others = {name: value for name, value in found.items() if not isinstance(value, Request)}
    ours = [value for value in found.values() if isinstance(value, Request)]
    assert others == expected
    assert all(each is ours[0] for each in ours)
    assert ours[0].native is (K if K in args else N)
    assert len(found) == len(inspect.signature(view).parameters)


@pytest.mark.parametrize("injection", [inject, inject_by_type])
def test_a_call_that_does_not_fit_the_view(injection: Any) -> None:
    view = injection(made("request: Request, item: int, more: int = 0"))
    for (args, kwargs), said in (
        (call(N, 1, 2, 3), "too many positional arguments"),
        (call(N), "missing a required argument: 'item'"),
        (call(N, 1, other=2), "got an unexpected keyword argument '?other"),
    ):
        with pytest.raises(TypeError, match=f"^view: {said}"):
            view(*args, **kwargs)


def test_what_is_given_by_name_stays_so() -> None:
    def around(*args: Any, **kwargs: Any) -> Any:
        return len(args), sorted(kwargs)

    injected = inject(functools.wraps(made("request: Request, item, more=0"))(around))
    assert injected(N, item=1) == (1, ["item"])
    assert injected(N, 1, more=2) == (2, ["more"])
    assert injected(request=N, item=1) == (0, ["item", "request"])


OWN = Request()


@pytest.mark.parametrize("injection", [inject, inject_current])
@pytest.mark.parametrize("handled", [None, N])
def test_called_with_a_request_also_while_another_is_handled(
    injection: Any, handled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Current, "native", handled)
    view = injection(made("request: Request | None, item: int = 7"))
    for ours in (OWN, None):
        assert view(ours) == view(request=ours) == {"request": ours, "item": 7}
        assert view(ours, 8) == {"request": ours, "item": 8}


def test_called_without_any() -> None:
    assert inject(made("request: Request | None = None"))() == {"request": None}
    view = inject(made("item: int, request: Request"))
    with pytest.raises(TypeError, match=r"^view: expected a call by the framework, with its"):
        view(1)
    with pytest.raises(TypeError, match=r"or a call with request=\.\.\., got neither"):
        view(item=1)


@pytest.mark.parametrize(
    "parameters",
    [
        *("*x: Request", "**x: Request", "x: unireq.Requst", "request: Alias"),
        *("o: Request, *x: Request", "o: Request, **x: Request", "o: Request, x: unireq.Requst"),
    ],
)
def test_what_can_never_be_given(parameters: str) -> None:
    source = f"""
from __future__ import annotations
from unireq import Request
def view({parameters}): ...
class View:
    def get(self, request: Request): ...
    def post(self, {parameters}): ...
"""
    scope: dict[str, Any] = {}
    exec(compile(source, "made.py", "exec", dont_inherit=True), scope)  # noqa: S102
    said = r"expected request: unireq.Request, got|can't be resolved"
    for view in (scope["view"], scope["View"]):
        with pytest.raises(TypeError, match=said):
            inject(view)


SHOWN = [
    (inject, "r: Request, a: int, *b: int, q: Request, **m: int", "a: int, *b: int, **m: int"),
    (inject_current, "item: int, request: Request", "item: int"),
    (inject_by_type, "r: Request, item: int", "r: Native, item: int"),
    (inject_by_type, "item: int, r: Request | None = None", "item: int, r: Native = None"),
    (inject_by_type, "item: int = 1, r: Request = None", "item: int = 1, r: Native = None"),
    (inject_by_type, "a: int = 1, r: Request = 2, **m: int", "a: int = 1, r: Native = 2, **m: int"),
    (inject_by_type, "r: Request, item: int, again: Request", "r: Native, item: int"),
    (inject_by_type, "item: int = 1, *, r: Request", "item: int = 1, *, r: Native"),
    (inject_by_type, "r: Request, /, item: int", "r: Native, /, item: int"),
    (inject_by_type, "a: Request, i: int, b: Request = None, *, c: Request", "a: Native, i: int"),
]


@pytest.mark.parametrize(("injection", "parameters", "signature"), SHOWN)
def test_the_signature_that_is_shown(injection: Any, parameters: str, signature: str) -> None:
    shown = inspect.signature(injection(made(parameters)))
    text = str(shown.replace(return_annotation=inspect.Signature.empty))
    assert text.replace(f"{Native.__module__}.Native", "Native") == f"({signature})"
    # Some frameworks read the annotations instead.
    told = {each.name: each.annotation for each in shown.parameters.values()}
    assert injection is not inject_by_type or injection(made(parameters)).__annotations__ == told


def test_classes_of_views() -> None:
    @inject
    class Views:
        kept = "kept"

        def get(self, request: Request, item: int) -> Any:
            assert request.native is N
            return self.kept, item

        async def post(self, http: Native, request: Request) -> Any:
            return request.native is http

        def plain(self, http: Native) -> Any:
            return http

    views: Any = Views()
    assert views.get(N, 1) == views.get(N, item=1) == ("kept", 1)
    assert asyncio.run(views.post(N)) is True
    assert views.plain(N) is N
    assert not hasattr(Views.plain, "__wrapped__")
    assert isinstance(Views, type)

    class NoneAsks:
        request: Request

        def get(self, request: Native) -> Request:
            raise NotImplementedError

    said = "a method of NoneAsks with a parameter annotated with unireq"
    with pytest.raises(TypeError, match=said):
        inject(NoneAsks)


def test_generators_stay_generators() -> None:
    ended: list[str] = []

    @inject
    def dependency(request: Request) -> Iterator[object]:
        try:
            yield request
        except KeyError:
            yield "handled"
        finally:
            ended.append("sync")

    @inject
    async def adependency(request: Request) -> AsyncIterator[object]:
        try:
            yield (yield request)
        except KeyError:
            yield "handled"
        finally:
            ended.append("async")

    assert inspect.isgeneratorfunction(dependency)
    assert inspect.isasyncgenfunction(adependency)
    generator: Any = dependency(N)
    assert isinstance(next(generator), Request)
    assert generator.throw(KeyError()) == "handled"
    generator.close()

    async def main() -> None:
        generator: Any = adependency(N)
        assert isinstance(await anext(generator), Request)
        assert await generator.asend("sent") == "sent"
        assert await generator.athrow(KeyError()) == "handled"
        await generator.aclose()

    asyncio.run(main())
    assert ended == ["sync", "async"]
