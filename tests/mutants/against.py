"""What some tests alone kill, of faults that this program puts into some modules.

    python tests/mutants/against.py --of unireq/_headers.py --tests tests/core

A fault changes one thing in a function, and a process of its own runs the tests that reach it, the
quickest first. What none notices is printed. Other arguments go to pytest. It needs CPython 3.11.
"""

from __future__ import annotations

import argparse
import ast
import collections
import gc
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from asgiref.sync import SyncToAsync

ROOT = Path(__file__).resolve().parents[2]
PAIRS = "Lt LtE Gt GtE Eq NotEq In NotIn Is IsNot And Or Add Sub Mult FloorDiv BitOr BitAnd".split()
OTHER = {getattr(ast, each): getattr(ast, PAIRS[n ^ 1]) for n, each in enumerate(PAIRS)}
UNNOTICED = {"annotation", "returns", "decorator_list"}  # as are docstrings and texts of errors
Place = tuple[str, str, int]  # of a function: file, qualified name, first line


def place_of(code: CodeType) -> Place:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def parts(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for field, value in ast.iter_fields(node):
        for part in [] if field in UNNOTICED else value if isinstance(value, list) else [value]:
            match part:
                case ast.Expr(value=ast.Constant()) | ast.Raise() | ast.JoinedStr():
                    pass
                case ast.AST():
                    yield from parts(part)


def faults_of(node: ast.AST) -> Iterator[tuple[str, str, Any]]:
    match node:
        case ast.Compare(ops=[op, *rest]):
            yield f"not {type(op).__name__}", "ops", [OTHER[type(op)](), *rest]
        case ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in OTHER:
            yield f"not {type(op).__name__}", "op", OTHER[type(op)]()
        case ast.Constant(value=bool() | int() as value):
            new = not value if isinstance(value, bool) else value + 1
            yield f"{value} -> {new}", "value", new
        case ast.Constant(value=str() | bytes() as value):
            yield f"{value!r} longer", "value", value + (b"X" if isinstance(value, bytes) else "X")
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            yield "the opposite condition", "test", ast.UnaryOp(ast.Not(), test)
        case ast.Return(value=ast.expr()) | ast.Expr(value=ast.Call() | ast.Await()):
            yield "None instead", "value", ast.Constant(None)
        case ast.Call(keywords=[*others, last]):
            yield f"no {last.arg}=", "keywords", others


def codes_of(file: Path, tree: ast.Module) -> dict[Place, CodeType]:
    codes = [compile(ast.fix_missing_locations(tree), file, "exec")]
    for code in codes:
        codes += [each for each in code.co_consts if isinstance(each, CodeType)]
    return {place_of(code): code for code in codes}


def sample(files: list[Path], size: int) -> Iterator[tuple[str, dict[Place, CodeType]]]:
    trees = {file: ast.parse(file.read_text("utf-8")) for file in files}
    faults = [(f, n, fault) for f in files for n in parts(trees[f]) for fault in faults_of(n)]
    indices = random.Random(1).sample(range(len(faults)), min(size, len(faults)))  # noqa: S311
    for file, node, (what, field, new) in (faults[each] for each in sorted(indices)):
        sound, old = codes_of(file, trees[file]), getattr(node, field)
        setattr(node, field, new)
        faulty = codes_of(file, trees[file])
        setattr(node, field, old)
        name = f"{file.relative_to(ROOT)}:{node.lineno}:{node.col_offset}: {what}"  # type: ignore[attr-defined]
        changed = {place: code for place, code in faulty.items() if code != sound[place]}
        # A function that exists can't be given other free variables.
        if all(code.co_freevars == sound[place].co_freevars for place, code in changed.items()):
            yield name, changed


def passes(item: pytest.Item, following: pytest.Item | None = None) -> bool:
    return all(each.passed for each in runtestprotocol(item, nextitem=following, log=False))


class Against:
    def __init__(self, files: list[Path], size: int) -> None:
        self.files, self.size = files, size

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        reached: dict[Place, set[pytest.Item]] = collections.defaultdict(set)
        seconds: dict[pytest.Item, float] = {}

        def note(frame: FrameType, event: str, _: object) -> None:
            if event == "call" and frame.f_code.co_filename.startswith(str(ROOT)):
                reached[place_of(frame.f_code)].add(item)

        for item, following in zip(session.items, [*session.items[1:], None], strict=True):
            threading.setprofile(note)  # each time: a test may set its own
            sys.setprofile(note)
            start = time.monotonic()
            if passes(item, following):
                seconds[item] = time.monotonic() - start
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]
        gc.collect()
        passes(session.items[0])  # else the first test of a fault fails for what is left behind
        functions = [each for each in gc.get_objects() if type(each) is FunctionType]
        gc.freeze()
        for name, codes in sample(self.files, self.size):
            tests = {each for place in codes for each in reached[place]} & seconds.keys()
            if not (child := os.fork()):
                signal.alarm(40)  # whoever takes more hangs
                SyncToAsync.single_thread_executor = ThreadPoolExecutor(1)  # it stayed behind
                for each in functions:
                    each.__code__ = codes.get(place_of(each.__code__), each.__code__)
                try:
                    in_order = [*sorted(tests, key=seconds.__getitem__), None]
                    os._exit(not all(map(passes, in_order, in_order[1:])))
                finally:
                    os._exit(1)
            if not os.waitpid(child, 0)[1]:
                print("lives:" if tests else "not reached:", name)
        return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--of", required=True, help="files or patterns: unireq/_body/*.py")
    parser.add_argument("--tests", required=True)
    parser.add_argument("--sample", type=int, default=sys.maxsize)
    options, others = parser.parse_known_args()
    os.environ.setdefault("UNIREQ_HYPOTHESIS_PROFILE", "few")  # the same examples every time
    files = sorted(file for each in options.of.split(",") for file in ROOT.glob(each))
    chosen = ["-q", "--tb=no", *options.tests.split(","), *others]
    pytest.main(chosen, [Against(files, options.sample)])


if __name__ == "__main__":
    main()
