"""Runs the tests of `tests/crypto` against mutants of one Python file after the other.

Everything is imported and collected once. Then each mutant is a forked process in which the one
changed function gets its other code, and only tests run that enter this function, until one fails.
What stands outside of functions needs all modules imported anew; that takes a second more.
"""

from __future__ import annotations

import ast
import gc
import importlib.machinery
import importlib.util
import inspect
import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

from tests.mutation.mutants import ROOT, Mutant

TESTS = "tests/crypto"
OPTIONS = ["-s", "-x", "-p", "no:cacheprovider", "--hypothesis-seed=0"]
PROJECT = ("crypto", "clientlib", "e2e_server", "tests")
# A mutant that never ends is noticed too: after so many times the processor time of the tests.
PATIENCE, LEAST_S = 5, 3


def survivors(
    asked: dict[str, list[Mutant]],
    tests: tuple[str, ...],
    found: Callable[[str, list[Mutant]], None],
) -> None:
    """Tell of each file which of its mutants no test notices.

    In a process of its own: whatever was imported before would not be changed.
    """
    os.chdir(ROOT)
    files = [f"{TESTS}/test_{name}.py" for name in tests]
    pytest.main([*files, *OPTIONS], plugins=[_Campaign(asked, found)])


class _Campaign:
    """A plugin that has collected the tests and then does something else with them."""

    def __init__(
        self, asked: dict[str, list[Mutant]], found: Callable[[str, list[Mutant]], None]
    ) -> None:
        self.asked = asked
        self.found = found
        self.noticing: list[int] = []  # tests that noticed a mutant, the last one first

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        measured = _measured(session, list(self.asked))
        for path, mutants in self.asked.items():
            left = [one for one in mutants if not self._is_noticed(session, one, measured)]
            self.found(path, left)
        return True

    def _is_noticed(self, session: pytest.Session, mutant: Mutant, measured: _Measured) -> bool:
        """Run a mutant in a process of its own."""
        entered, seconds = measured
        by_line = entered[mutant.path]
        lines = _lines_around(mutant) or list(by_line)
        chosen = sorted(
            {n for line in lines for n in by_line.get(line, [])},
            key=lambda n: (self._rank(n), seconds[n]),
        )
        gc.freeze()
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            gc.disable()
            _be_quiet()
            signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
            expected = sum(seconds[n] for n in chosen)
            signal.setitimer(signal.ITIMER_VIRTUAL, LEAST_S + PATIENCE * expected)
            os._exit(_verdict(session, mutant, chosen, write))
        os.close(write)
        with os.fdopen(read) as answer:
            told = answer.read()
        _, status = os.waitpid(child, 0)
        if told:
            number = int(told)
            self.noticing = [number, *(n for n in self.noticing if n != number)]
        return status != 0

    def _rank(self, number: int) -> int:
        """Who has noticed the last one often notices the next."""
        return self.noticing.index(number) if number in self.noticing else len(self.noticing)


# --- which tests enter which function -----------------------------------------------------------

# Test number and seconds by file and first line of a function.
_Entered = dict[str, dict[int, list[int]]]
_Measured = tuple[_Entered, list[float]]


def _measured(session: pytest.Session, paths: list[str]) -> _Measured:
    """Run all tests once, in a process of their own; they must pass."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with os.fdopen(write, "w") as out:
            json.dump(_measure(session, paths), out)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        raw = json.load(answer)
    os.waitpid(child, 0)
    if raw is None:
        raise SystemExit("the tests fail without any mutant")
    entered, seconds = raw
    return {path: {int(k): v for k, v in at.items()} for path, at in entered.items()}, seconds


def _measure(session: pytest.Session, paths: list[str]) -> _Measured | None:
    wanted = {str(ROOT / path): path for path in paths}
    entered: _Entered = {path: {} for path in paths}
    seconds: list[float] = []
    now: set[CodeType] = set()

    def profile(frame: Any, event: str, _: Any) -> None:
        if event == "call":
            now.add(frame.f_code)

    for number, item in enumerate(session.items):
        now.clear()
        begun = time.process_time()
        sys.setprofile(profile)
        passed = _passes(session, item, session.items[number + 1 : number + 2])
        sys.setprofile(None)
        if not passed:
            return None
        seconds.append(time.process_time() - begun)
        for code in now:
            if (path := wanted.get(code.co_filename)) is not None:
                entered[path].setdefault(code.co_firstlineno, []).append(number)
    return entered, seconds


def _passes(session: pytest.Session, item: pytest.Item, following: list[pytest.Item]) -> bool:
    session.testsfailed = 0
    after = following[0] if following else None
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
    return not session.testsfailed


# --- one mutant -----------------------------------------------------------------------------------


def _verdict(session: pytest.Session, mutant: Mutant, chosen: list[int], write: int) -> int:
    """0 where every test passes; the number of the test that does not is told."""
    try:
        source = mutant.of((ROOT / mutant.path).read_bytes())
        in_place = _changed_in_place(mutant, source)
        items = [session.items[number] for number in chosen]
        for at, number in enumerate(chosen):
            if not _passes(session, items[at], items[at + 1 : at + 2]):
                os.write(write, str(number).encode())
                return 1
        return 0 if in_place else _anew(mutant, source, items)
    except BaseException:
        return 1


def _lines_around(mutant: Mutant) -> list[int]:
    """First lines of the functions around a place, as code objects count; none at module level."""
    tree = ast.parse((ROOT / mutant.path).read_bytes())
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if node.body[0].lineno <= mutant.line <= (node.end_lineno or 0):
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            found.append((first, node.lineno))
    # The innermost that has tests counts; an inner one is entered through the outer one.
    return [line for pair in found[:1] for line in pair]


def _changed_in_place(mutant: Mutant, source: bytes) -> bool:
    """Give the functions of the imported module their other code; False where that cannot be."""
    name = mutant.path.removesuffix(".py").replace("/", ".")
    module = sys.modules[name]
    other = ModuleType(name)
    other.__file__ = module.__file__
    sys.modules[name] = other  # for what looks itself up while it is defined
    try:
        exec(compile(source, str(ROOT / mutant.path), "exec"), other.__dict__)
    finally:
        sys.modules[name] = module
    _rename(module, other)
    theirs = dict(_functions(other, name))
    try:
        for key, function in _functions(module, name):
            changed = theirs[key]
            function.__code__ = changed.__code__
            function.__defaults__ = changed.__defaults__
            function.__kwdefaults__ = changed.__kwdefaults__
    except (KeyError, ValueError):
        return False
    return mutant.scope in theirs


def _rename(module: ModuleType, other: ModuleType) -> None:
    """Give plain constants their other value, wherever they have been imported to."""
    ours = [one for name, one in sys.modules.items() if name.split(".")[0] in PROJECT]
    for key, value in vars(module).items():
        changed = vars(other).get(key)
        if not isinstance(value, int | str | bytes) or key.startswith("__") or changed == value:
            continue
        for one in ours:
            if one is module or _imports(one, module.__name__, key):
                setattr(one, key, changed)


@cache
def _imports(one: ModuleType, module: str, key: str) -> bool:
    """Tell whether a module has this name from that one: others may call theirs the same."""
    if not one.__file__ or key not in vars(one):
        return False
    found = re.findall(rf"from {re.escape(module)} import (\([^)]*\)|.*)", _text_of(one.__file__))
    return any(re.search(rf"\b{key}\b", names) for names in found)


@cache
def _text_of(file: str) -> str:
    return Path(file).read_text("utf-8")


def _functions(owner: Any, module: str, before: str = "") -> Iterator[tuple[str, FunctionType]]:
    for key, value in vars(owner).items():
        name = f"{before}{key}"
        value = getattr(value, "__func__", None) or getattr(value, "fget", None) or value
        value = inspect.unwrap(value) if callable(value) else value
        if getattr(value, "__module__", None) != module:
            continue
        if isinstance(value, FunctionType) and value.__code__.co_filename.startswith(str(ROOT)):
            yield name, value
        elif isinstance(value, type):
            yield from _functions(value, module, f"{name}.")


def _anew(mutant: Mutant, source: bytes, items: list[pytest.Item]) -> int:
    """Import the project with this one file changed; run the files of the tests chosen."""
    for name in list(sys.modules):
        if name.split(".")[0] in PROJECT and not name.startswith("tests.mutation"):
            del sys.modules[name]
    sys.meta_path.insert(0, _Changed(mutant, source))
    near = list(dict.fromkeys(str(item.path) for item in items))
    return int(pytest.main([*near, *OPTIONS]) != 0)


class _Changed(importlib.machinery.SourceFileLoader):
    """Finds one module, with other source."""

    def __init__(self, mutant: Mutant, source: bytes) -> None:
        self.module = mutant.path.removesuffix(".py").replace("/", ".")
        super().__init__(self.module, str(ROOT / mutant.path))
        self.source = source

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != self.module:
            return None
        return importlib.util.spec_from_loader(name, self)

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.source, self.path, "exec")


def _be_quiet() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
