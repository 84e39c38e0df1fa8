"""What `import unireq` gives: the names, their documentation, the errors, and nothing else."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import unireq

# What each door gives: nothing goes through one of them that is not listed here.
USERS = """
    Abort Address AsyncSteps Authorization BodyConsumed BodyNotRead BodyTooLarge Cookies Files
    FormData Forwarded Headers IncompleteBody InvalidParameter Limits MalformedBody MediaType
    Middleware NoCurrentRequest Param QueryParams Request RequestError Response ResponseHead
    Sent Steps StorageError TooManyFields TrustedProxies URL UnireqError UnknownNative
    UnsupportedCoding UploadedFile __version__ current_request diff from_asgi from_native
    from_wsgi middleware new_session_hash
""".split()


ADAPTER_AUTHORS = """
    Around AsyncReadBody BodyTee CLIENT_FIELDS FindNative FoundNative Handler
    InContext Injection NativeRequest Opener RawResponse ReadBody RunInThread
    SpooledBody UsernameGetter Wait believe_proxies checked_layers
    decode_raw_path error_response find_in_arguments finish header_from_asgi header_from_h1_head
    header_from_wsgi headers_from_asgi headers_from_h1_head headers_from_wsgi in_async_code
    in_new_task latin1_to_bytes latin1_to_utf8 loaded_class make_opener make_response
    merged_layers merged_proxies normalize_address normalize_http_version normalize_scheme
    parse_content_length percent_decode problem_response read_elsewhere request_context
""".split()


DOORS = {"unireq": USERS, "unireq.adapter": ADAPTER_AUTHORS}


NO_TEXT = """
    AsyncReadBody AsyncSteps FindNative Opener ReadBody RunInThread Steps UsernameGetter Wait
    CLIENT_FIELDS read_elsewhere __version__
""".split()
DOCUMENTED = {
    f"{door}.{name}": getattr(import_module(door), name)
    for door, names in DOORS.items()
    for name in names
    if name not in NO_TEXT
}


@pytest.mark.parametrize("door", DOORS)
def test_a_door_gives_what_is_listed(door: str) -> None:
    module = import_module(door)
    assert sorted(module.__all__) == sorted(DOORS[door])
    for name in module.__all__:
        getattr(module, name)  # some are loaded when they are asked for
    public = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert public - {"TYPE_CHECKING", "Any"} == {*DOORS[door]} - {"__version__"}
    assert {*USERS} & {*ADAPTER_AUTHORS} == set()
    # The page shows both lists.
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    shown = re.search(rf"<!-- door: {re.escape(door)} -->(.*?)<!-- end -->", text, re.DOTALL)
    assert shown is not None
    assert set(re.findall(r"^\| `(\w+)", shown[1], re.MULTILINE)) == {*DOORS[door]}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_what_is_public_is_documented(name: str) -> None:
    thing = DOCUMENTED[name]
    if not isinstance(thing, type):
        assert thing.__doc__
        return
    assert vars(thing).get("__doc__")
    for member_name, member in vars(thing).items():
        if not member_name.startswith("_") and (callable(member) or isinstance(member, property)):
            assert len(inspect.getdoc(member) or "") > 10, member_name


def test_errors_are_one_tree() -> None:
    tree = {
        name: " ".join(base.__name__ for base in kind.__bases__)
        for name in USERS
        if isinstance(kind := getattr(unireq, name), type) and issubclass(kind, BaseException)
    }
    refused = "IncompleteBody MalformedBody BodyTooLarge TooManyFields UnsupportedCoding"
    assert tree == {
        "UnireqError": "Exception",
        "UnknownNative": "UnireqError TypeError",
        "BodyNotRead": "UnireqError RuntimeError",
        "BodyConsumed": "UnireqError RuntimeError",
        "NoCurrentRequest": "UnireqError LookupError",
        "StorageError": "UnireqError",
        "Abort": "UnireqError",
        "RequestError": "UnireqError ValueError",
        **dict.fromkeys([*refused.split(), "InvalidParameter"], "RequestError"),
    }


def test_importing_it_is_cheap() -> None:
    # What else must stay out is checked on the installed wheel, in tests/packaging. Since Python
    # 3.14 a class statement with typing.NamedTuple loads `ast`, the call NamedTuple(...) does not.
    code = "import sys; before = {*sys.modules}; import unireq; print(*({*sys.modules} - before))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = set(done.stdout.split())
    assert "unireq" in loaded
    slow = """
        inspect ast dis json asyncio dataclasses tempfile importlib.metadata email uuid datetime
        decimal http.cookies
    """
    assert loaded & {*slow.split(), "multipart"} == set()
