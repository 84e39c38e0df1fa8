"""A framework's view is given our request, and the framework sees a signature that it knows."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.fake import FakeRequest
from unireq import Request
from unireq.adapter import FindNative, FoundNative, Injection, find_in_arguments


class Native(dict[str, Any]):
    """The framework's own request."""


class Kind(Native):
    """A kind of it."""


class OfNative(FakeRequest):
    __slots__ = ()

    @classmethod
    def _matches(cls, kind: type) -> bool:
        return issubclass(kind, Native)


# As in a framework that gives its request as an argument.
inject: Callable[[Any], Any] = Injection(find_in_arguments(OfNative), FakeRequest)
# The same, where its signature is looked at.
inject_by_type: Callable[[Any], Any] = Injection(
    find_in_arguments(OfNative), FakeRequest, annotation=lambda: Native
)


class Current:
    """What a framework keeps that gives no request as an argument."""

    native: Native | None = None


def find_current(args: tuple[Any, ...], kwargs: dict[str, Any]) -> FoundNative | None:
    return None if Current.native is None else FoundNative(Current.native)


inject_current: Callable[[Any], Any] = Injection(find_current, FakeRequest)


@pytest.fixture
def native() -> Native:
    return Native(method="PUT")


@pytest.fixture
def current(monkeypatch: pytest.MonkeyPatch, native: Native) -> Native:
    monkeypatch.setattr(Current, "native", native)
    return native


def shown(view: Callable[..., Any]) -> str:
    """The signature that the framework sees, without the result."""
    signature = inspect.signature(view).replace(return_annotation=inspect.Signature.empty)
    return str(signature).replace(f"{Native.__module__}.Native", "Native")


# Finding it.


def test_among_the_arguments(native: Native) -> None:
    find = find_in_arguments(OfNative)
    assert find((native,), {}) == FoundNative(native, 0)
    assert find((1, native, Native()), {"a": Native()}) == FoundNative(native, 1)
    assert find((1,), {"a": 2, "b": native}) == FoundNative(native, "b")
    assert find((), {}) is None
    assert find((1, "x"), {"a": None}) is None


def test_kept_by_the_object_of_a_method(native: Native) -> None:
    class View:
        request = native

    find = find_in_arguments(OfNative)
    assert find((View(), 1), {}) == FoundNative(native)
    assert find((1, View()), {}) is None
    other = Native()
    assert find((View(), other), {}) == FoundNative(other, 1)


# In the place of the framework's request.


def test_in_place(native: Native) -> None:
    @inject
    def view(request: Request, item: int, more: str = "x") -> Any:
        assert request.native is native
        return item, more

    assert view(native, 1) == (1, "x")
    assert view(native, item=2, more="y") == (2, "y")
    assert view(request=native, item=3) == (3, "x")


@pytest.mark.parametrize("injection", [inject, inject_by_type])
def test_beside_the_native_request(injection: Callable[[Any], Any], native: Native) -> None:
    @injection
    def first(http: Native, request: Request, item: int) -> Any:
        assert request.native is http is native
        return item

    @injection
    def last(http: Native, item: int, request: Request) -> Any:
        assert request.native is http is native
        return item

    @injection
    def before(request: Request, http: Native, item: int) -> Any:
        assert request.native is http is native
        return item

    for view in (first, last, before):
        call: Any = view
        assert call(native, item=1) == 1
        assert call(native, 1) == 1
        assert call(http=native, item=1) == 1
        assert shown(view) == "(http: Native, item: int)"


def test_by_name(native: Native) -> None:
    @inject
    def view(http: Native, *, request: Request, **more: Any) -> Any:
        assert request.native is http is native
        return more

    assert view(native) == {}
    assert view(http=native, a=1) == {"a": 1}


def test_by_place_alone(native: Native) -> None:
    @inject
    def view(request: Request, /, item: int) -> Any:
        assert request.native is native
        return item

    assert view(native, 1) == 1
    assert view(native, item=1) == 1


def test_by_place_alone_where_all_are_called_by_name(native: Native) -> None:
    @inject_by_type
    def first(request: Request, /, item: int, **more: Any) -> Any:
        return request.native is native, item, more

    @inject_by_type
    def later(item: int, request: Request, again: Request, key: int = 5, /) -> Any:
        return request is again, item, {"key": key}

    for view, key in ((first, 2), (later, 2), (later, 5)):
        call: Any = view
        given = {"key": key} if key != 5 else {}
        assert call(request=native, item=1, **given) == (True, 1, {"key": key})


def test_what_a_router_found_by_the_same_name_is_no_request(current: Native) -> None:
    @inject_current
    def view(request: Request, /, **more: Any) -> Any:
        return request.native is current, more

    call: Any = view
    assert call(request="x") == (True, {"request": "x"})


def test_by_place_alone_where_it_is_not_an_argument(current: Native) -> None:
    @inject_current
    def view(request: Request, /, item: int) -> Any:
        assert request.native is current
        return item

    assert view(item=1) == 1


def test_several(native: Native) -> None:
    @inject
    def view(a: Request, item: int, b: Request | None = None, *, c: Request) -> Any:
        assert a.native is native
        assert b is not None
        assert a is b is c
        return item

    call: Any = view
    assert call(native, 1) == 1
    assert call(native, item=1) == 1
    assert call(a=native, item=1) == 1
    assert shown(inject_by_type(inspect.unwrap(view))) == "(a: Native, item: int)"


def test_several_around_an_argument_before_the_native_request(native: Native) -> None:
    @inject
    def view(a: Request, item: int, b: Request) -> Any:
        assert a is b
        assert a.native is native
        return item

    assert view(1, native) == 1


def test_as_many_as_come(native: Native) -> None:
    @inject
    def view(http: Any, *rest: int, request: Request, **more: int) -> Any:
        assert request.native is http is native
        return rest, more

    call: Any = view
    assert call(native, 1, 2, a=3) == ((1, 2), {"a": 3})


def test_where_no_place_was_known_for_it(current: Native) -> None:
    @inject_current
    def view(environ: Any, request: Request, start: Any) -> Any:
        assert request.native is current
        return environ, start

    call: Any = view
    assert call("environ", "start") == ("environ", "start")
    assert call("environ", start="start") == ("environ", "start")
    assert call(environ="environ", start="start") == ("environ", "start")


def test_a_kind_of_the_native_request() -> None:
    @inject_by_type
    def view(request: Request, http: Kind) -> Any:
        return request.native is http

    call: Any = view
    assert call(Kind()) is True


def test_generic_annotations_are_no_classes(native: Native) -> None:
    @inject_by_type
    def view(
        request: Request, items: list[int], more: Any, union: int | None, text: str = ""
    ) -> Any:
        assert request.native is native
        return items

    assert view(native, [1], 2, 3) == [1]
    assert view(native, items=[1], more=2, union=3) == [1]


@pytest.mark.parametrize("injection", [inject, inject_by_type])
def test_a_call_that_does_not_fit_the_view(injection: Callable[[Any], Any], native: Native) -> None:
    @injection
    def view(request: Request, item: int, more: int = 0) -> Any:
        return request.native is native, item, more

    assert view(native, 1, 2) == (True, 1, 2)
    with pytest.raises(TypeError, match=r"^view: too many positional arguments"):
        view(native, 1, 2, 3)
    with pytest.raises(TypeError, match=r"^view: missing a required argument: 'item'"):
        view(native)
    with pytest.raises(TypeError, match=r"^view: got an unexpected keyword argument '?other"):
        view(native, 1, other=2)


def test_what_is_given_by_name_stays_so(native: Native) -> None:
    def checked(*args: Any, **kwargs: Any) -> Any:
        return len(args), sorted(kwargs)

    @functools.wraps(checked)
    def around(*args: Any, **kwargs: Any) -> Any:
        return checked(*args, **kwargs)

    def view(request: Request, item: int, more: int = 0) -> None: ...

    injected: Any = inject(functools.wraps(view)(around))
    assert injected(native, item=1) == (1, ["item"])
    assert injected(native, 1, more=2) == (2, ["more"])
    assert injected(request=native, item=1) == (0, ["item", "request"])


def test_defaults_and_others_keep_their_places(current: Native) -> None:
    def page(page: int = 1, request: Request | None = None, **others: Any) -> Any:
        return page, request, others

    def two(request: Request, a: str = "A", b: str = "B", **others: Any) -> Any:
        return a, request, {"b": b, **others}

    def only(page: int = 1, request: Request | None = None, /) -> Any:
        return page, request, {}

    for view, passed, first, rest in (
        (page, {"slug": "x"}, 1, {"slug": "x"}),
        (two, {"b": "is-b", "x": "y"}, "A", {"b": "is-b", "x": "y"}),
        (only, {}, 1, {}),
    ):
        injected: Any = inject_current(view)
        found, request, others = injected(**passed)
        assert (found, others) == (first, rest)
        assert request.native is current


@given(st.data())
def test_each_argument_reaches_its_parameter(data: st.DataObject) -> None:
    kinds = sorted(data.draw(st.lists(st.integers(0, 2), min_size=1, max_size=4)))
    place = data.draw(st.integers(0, len(kinds) - 1))
    optional = len(kinds) if data.draw(st.booleans()) else data.draw(st.integers(0, len(kinds)))
    places: list[str] = []
    for index, kind in enumerate(kinds):
        annotation = "Request" if index == place else "int"
        places += ["*"] * (kind == 2 and kinds.index(2) == index)
        places += [f"p{index}: {annotation}" + " = None" * (index >= optional)]
        places += ["/"] * (kind == 0 and index == kinds.count(0) - 1)
    places += ["**others"] * data.draw(st.booleans())
    scope: dict[str, Any] = {"Request": Request}
    exec(f"def view({', '.join(places)}): return locals()", scope)  # noqa: S102
    # Given by name, as routers do, but where only a place will do.
    by_place = [f"p{i}" for i, kind in enumerate(kinds) if kind == 0 and i != place]
    required = {f"p{i}" for i in range(min(optional, len(kinds))) if i != place}
    least = sum(name in required for name in by_place)
    by_place = by_place[: data.draw(st.integers(least, len(by_place)))]
    free = sorted(f"p{i}" for i, kind in enumerate(kinds) if kind and i != place)
    named = required - {*by_place} | data.draw(st.sets(st.sampled_from(free))) if free else set()
    others = {"other"} if "**others" in places and data.draw(st.booleans()) else set[str]()

    native = Native()
    inject_here: Any = Injection(lambda args, kwargs: FoundNative(native), FakeRequest)
    arguments = {name: f"value of {name}" for name in [*by_place, *sorted(named | others)]}
    call = inject_here(scope["view"])
    got = call(
        *(arguments[name] for name in by_place),
        **{name: arguments[name] for name in sorted(named | others)},
    )
    got.update(got.pop("others", {}))
    assert got.pop(f"p{place}").native is native
    assert {name: value for name, value in got.items() if value is not None} == arguments


def test_the_native_request_never_stands_in_the_place_of_ours(native: Native) -> None:
    @inject
    def view(request: Request | None = None, b: int = 5, http: Native | None = None) -> Any:
        return request, b

    request, b = view(native, b=2)
    assert b == 2
    assert request.native is native


def test_what_a_router_found_never_takes_the_place_of_ours(native: Native) -> None:
    @inject
    def view(http: Native, *, request: Request, **more: Any) -> Any:
        return request.native is http, more

    call: Any = view
    assert call(native, a=1) == (True, {"a": 1})
    assert call(native, request="evil") == (True, {})


def test_nor_where_there_are_no_others(current: Native) -> None:
    @inject_current
    def view(request: Request, item: int = 1) -> Any:
        return request.native is current, item

    call: Any = view
    assert call(request="evil") == (True, 1)
    assert call(request="evil", item=2) == (True, 2)


# Not among the arguments.


def test_where_the_framework_keeps_it(current: Native) -> None:
    @inject_current
    def view(item: int, request: Request) -> Any:
        assert request.native is current
        return item

    call: Any = view
    assert call(item=1) == 1
    assert call(1) == 1
    assert shown(view) == "(item: int)"


# Called directly.


def test_called_with_a_request() -> None:
    request = Request()

    @inject
    def view(request: Request | None, item: int = 7) -> Any:
        return request, item

    for call in (view, inject_current(inspect.unwrap(view))):
        assert call(request) == (request, 7)
        assert call(request, 8) == (request, 8)
        assert call(request=request) == (request, 7)
        assert call(None) == call(request=None) == (None, 7)
        assert call(None, 8) == (None, 8)


@pytest.mark.usefixtures("current")
def test_called_with_a_request_while_another_is_handled() -> None:
    request = Request()

    @inject_current
    def view(request: Request | None, item: int = 7) -> Any:
        return request, item

    assert view(request) == (request, 7)
    assert view(request, 8) == (request, 8)
    assert view(request=request) == (request, 7)
    assert view(None) == view(request=None) == (None, 7)


def test_called_beside_the_native_request_with_one(native: Native) -> None:
    request = Request()

    @inject
    def view(http: Native, request: Request | None, item: int) -> Any:
        return request, item

    assert view(native, request, 1) == (request, 1)
    assert view(native, None, 1) == (None, 1)
    assert view(native, item=1, request=request) == (request, 1)
    assert view(native, item=1, request=None) == (None, 1)


def test_none_that_the_framework_gives_is_not_for_us(native: Native) -> None:
    @inject
    def view(http: Native, request: Request, item: int | None) -> Any:
        assert request.native is native
        return item

    call: Any = view
    assert call(native, None) is None


def test_called_without_any() -> None:
    @inject
    def optional(request: Request | None = None) -> Any:
        return request

    @inject
    def view(item: int, request: Request) -> None: ...

    assert optional() is None
    with pytest.raises(TypeError, match=r"^view: expected a call by the framework, with its"):
        view(1)
    with pytest.raises(TypeError, match=r"or a call with request=\.\.\., got neither"):
        view(item=1)


REQUESTS_THAT_CAN_NOT_BE = ["*x: Request", "**x: Request", "x: unireq.Requst", "request: Alias"]


@pytest.mark.parametrize("parameter", REQUESTS_THAT_CAN_NOT_BE)
@pytest.mark.parametrize("around", ["{}", "other: Request, {}"])
def test_what_can_never_be_given(parameter: str, around: str) -> None:
    if parameter == "request: Alias" and around != "{}":
        # It may be the framework's own, beside ours.
        return
    source = f"""
from __future__ import annotations
from unireq import Request
def view({around.format(parameter)}): ...
class View:
    def get(self, request: Request): ...
    def post(self, {around.format(parameter)}): ...
"""
    scope: dict[str, Any] = {}
    exec(compile(source, "made.py", "exec", dont_inherit=True), scope)  # noqa: S102
    for view in (scope["view"], scope["View"]):
        with pytest.raises(
            TypeError, match=r"expected request: unireq.Request, got|can't be resolved"
        ):
            inject(view)


# The signature that is shown.


def test_left_out_of_the_signature() -> None:
    def view(
        request: Request, item: int, *rest: int, other: Request | None = None, **more: int
    ) -> Any: ...

    assert shown(inject(view)) == "(item: int, *rest: int, **more: int)"


def test_standing_for_the_native_request() -> None:
    def first(request: Request, item: int) -> Any: ...
    def optional(item: int, request: Request | None = None) -> Any: ...
    def behind_default(item: int = 1, request: Request | None = None) -> Any: ...
    def before_others(item: int = 1, request: Request | None = None, **more: int) -> Any: ...
    def several(request: Request, item: int, again: Request) -> Any: ...
    def by_name(item: int = 1, *, request: Request) -> Any: ...
    def by_place(request: Request, /, item: int) -> Any: ...

    shows: dict[Any, str] = {
        first: "(request: Native, item: int)",
        optional: "(item: int, request: Native = None)",
        behind_default: "(item: int = 1, request: Native = None)",
        before_others: "(item: int = 1, request: Native = None, **more: int)",
        several: "(request: Native, item: int)",
        by_name: "(item: int = 1, *, request: Native)",
        by_place: "(request: Native, /, item: int)",
    }
    for view, signature in shows.items():
        assert shown(inject_by_type(view)) == signature


def test_calls_by_the_signature_that_is_shown(native: Native) -> None:
    def default_before(item: int = 1, request: Request | None = None) -> Any:
        return item, request

    def later(item: int, request: Request) -> Any:
        return item, request

    for view in (default_before, later):
        injected: Any = inject_by_type(view)
        bound = inspect.signature(injected).bind(item=5, request=native)
        item, request = injected(*bound.args, **bound.kwargs)
        assert item == 5
        assert request.native is native


def test_it_stays_the_view_that_it_is() -> None:
    def view(request: Request) -> Any:
        """What it does."""

    view.marked = True  # type: ignore[attr-defined]
    injected: Any = inject(view)
    assert (injected.__name__, injected.__doc__, injected.marked) == ("view", "What it does.", True)
    assert injected.__qualname__ == view.__qualname__
    assert injected.__module__ == view.__module__
    assert injected.__wrapped__ is view
    assert not hasattr(view, "__signature__")


def test_a_partial_has_a_name(native: Native) -> None:
    def view(item: int, request: Request) -> Any:
        assert request.native is native
        return item

    injected: Any = inject(functools.partial(view, 7))
    assert injected.__name__ == "view"
    assert injected(native) == 7
    assert shown(injected) == "()"


# Sync and async.


def test_async_views(native: Native) -> None:
    async def view(request: Request) -> Any:
        await asyncio.sleep(0)
        return request.native is native

    class Views:
        async def method(self, request: Request) -> Any:
            return await view(request)

        async def __call__(self, request: Request) -> Any:
            return await view(request)

    for each in (view, functools.partial(view), Views().method, Views()):
        injected: Any = inject(each)
        assert inspect.iscoroutinefunction(injected)
        assert asyncio.run(injected(native)) is True


def test_a_sync_view_stays_sync(native: Native) -> None:
    @inject
    def view(request: Request) -> Any:
        return request.native is native

    assert not inspect.iscoroutinefunction(view)
    assert view(native) is True


def test_generators_stay_what_they_are(native: Native) -> None:
    @inject
    def view(request: Request) -> Any:
        yield request.native

    assert list(view(native)) == [native]


def test_what_a_view_raises_passes(native: Native) -> None:
    @inject
    def view(request: Request) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        view(native)


# Classes.


def test_classes_of_views(native: Native) -> None:
    @inject
    class Views:
        kept = "kept"

        def get(self, request: Request, item: int) -> Any:
            assert request.native is native
            return self.kept, item

        async def post(self, http: Native, request: Request) -> Any:
            return request.native is http

        def plain(self, http: Native) -> Any:
            return http

    views: Any = Views()
    assert views.get(native, 1) == ("kept", 1)
    assert views.get(native, item=1) == ("kept", 1)
    assert asyncio.run(views.post(native)) is True
    assert views.plain(native) is native
    assert not hasattr(Views.plain, "__wrapped__")
    assert isinstance(Views, type)


def test_methods_that_are_given_no_request(native: Native) -> None:
    @inject
    class View:
        request = native

        def get(self, request: Request, item: int = 7) -> Any:
            assert request.native is native
            return item

        def one(self, item: int, request: Request) -> Any:
            assert request.native is native
            return item

    view: Any = View()
    assert view.get() == 7
    assert view.get(item=8) == 8
    assert view.one(9) == 9
    with pytest.raises(AttributeError):
        view.get(request=None)


def test_what_is_inherited_stays_with_its_class(native: Native) -> None:
    class Base:
        def get(self, request: Request) -> Any:
            return request

    before = Base.get

    @inject
    class View(Base):
        def post(self, request: Request) -> Any:
            return request.native is native

    assert Base.get is before
    view: Any = View()
    assert view.post(native) is True
    assert view.get(native) is native


# What can't be done.


def test_no_parameter_asks_for_one() -> None:
    def view(request: Native) -> None: ...

    with pytest.raises(
        TypeError, match="inject: expected a parameter of view annotated with unireq"
    ):
        inject(view)
    with pytest.raises(TypeError, match="inject: expected a parameter of view"):
        inject(inject(functools.wraps(view)(lambda request: None)))


def test_no_method_asks_for_one() -> None:
    class Views:
        request: Request

        def get(self, request: Native) -> Request:
            raise NotImplementedError

    with pytest.raises(TypeError, match="a method of Views with a parameter annotated with unireq"):
        inject(Views)


def test_an_annotation_that_can_not_be_resolved() -> None:
    def view(request: Any) -> None: ...

    view.__annotations__["request"] = "Unknown.Request"

    class Views:
        get = view

    with pytest.raises(TypeError, match=r"view: the annotation 'Unknown\.Request'"):
        inject(view)
    with pytest.raises(TypeError, match=r"Views\.get: the annotation 'Unknown\.Request'"):
        inject(Views)


@pytest.mark.parametrize("view", [None, 1, "view", Request()])
def test_what_is_no_view(view: Any) -> None:
    with pytest.raises(TypeError, match="expected a function"):
        inject(view)


def test_a_finder_is_what_it_says() -> None:
    find: FindNative = find_current
    assert find((), {}) is None


def test_generators_stay_generators(native: Native) -> None:
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
            got = yield request
            yield got
        except KeyError:
            yield "handled"
        finally:
            ended.append("async")

    assert inspect.isgeneratorfunction(dependency)
    assert inspect.isasyncgenfunction(adependency)
    made = dependency(native)
    assert isinstance(next(made), Request)
    assert made.throw(KeyError()) == "handled"
    made.close()

    async def main() -> None:
        generator: Any = adependency(native)
        assert isinstance(await anext(generator), Request)
        assert await generator.asend("sent") == "sent"
        assert await generator.athrow(KeyError()) == "handled"
        await generator.aclose()

    asyncio.run(main())
    assert ended == ["sync", "async"]
