"""Mutants: one small change of one place in a file each, of Python and of JavaScript alike.

An own mutator and no tool: what decides here takes some hundredths of a second, and the tools
start a process, copy a tree or ask a runner for each of thousands of mutants. The changes are the
usual ones: a check always true or always false, a relation turned or moved by one, a part of a
condition left out, a number that is one more, a word that is another, a statement or a returned
value left out.

Not changed: annotations, decorators, imports, documentation, what a raised error says to a
developer.
"""

from __future__ import annotations

import ast
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_RELATIONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "!=", ast.NotEq: "==", ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">",
    ast.In: "not in", ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is",
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "+", ast.FloorDiv: "*", ast.Mod: "*",
    ast.LShift: ">>", ast.RShift: "<<", ast.BitAnd: "|", ast.BitOr: "&", ast.BitXor: "&",
}  # fmt: skip
_CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """Bytes from `start` to `end` of a file are `text` instead; lines count from 1."""

    path: str  # from the root of the project
    scope: str
    line: int
    start: int
    end: int
    text: str

    def of(self, source: bytes) -> bytes:
        """Return the changed file."""
        return source[: self.start] + self.text.encode() + source[self.end :]

    def key(self, source: bytes) -> str:
        """Return what stays the same when the file grows above: scope, lines before and after."""
        first = source.rfind(b"\n", 0, self.start) + 1
        last = source.find(b"\n", self.end)
        last = len(source) if last < 0 else last
        changed = self.of(source)[first : last + len(self.text.encode()) - (self.end - self.start)]
        return f"{self.scope}: {_flat(source[first:last])} => {_flat(changed)}"


def mutants_of(path: str) -> list[Mutant]:
    """Return all mutants of a file of the project, in the order of its lines."""
    found = _javascript(path) if path.endswith(".js") else list(_Python(path).mutants())
    unique = {(one.start, one.end, one.text): one for one in found}
    return sorted(unique.values(), key=lambda one: (one.line, one.start, one.end, one.text))


def _flat(raw: bytes) -> str:
    return " ".join(raw.decode().split())


def _javascript(path: str) -> list[Mutant]:
    """The same changes by the parser of the type checker; see mutants.mjs."""
    script = Path(__file__).with_name("mutants.mjs")
    out = subprocess.run(
        ["node", "--expose-internals", str(script), str(ROOT / path)],
        capture_output=True,
        check=True,
        cwd=ROOT,
    ).stdout
    return [Mutant(path=path, **one) for one in json.loads(out)]


class _Python:
    """Walks a file once, keeping the name of the function around each place."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.source = (ROOT / path).read_bytes()
        self.starts = [0]
        for line in self.source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def mutants(self) -> Iterator[Mutant]:
        yield from self._walk(ast.parse(self.source), "module")

    def _walk(self, node: ast.AST, scope: str) -> Iterator[Mutant]:
        if isinstance(node, _SCOPES):
            scope = node.name if scope == "module" else f"{scope}.{node.name}"
        for text, place in self._changes(node):
            yield self._mutant(scope, place, text)
        for child in _children(node):
            yield from self._walk(child, scope)

    def _mutant(self, scope: str, place: tuple[int, int], text: str) -> Mutant:
        start, end = place
        line = self.source.count(b"\n", 0, start) + 1
        return Mutant(path=self.path, scope=scope, line=line, start=start, end=end, text=text)

    def _place(self, node: Any) -> tuple[int, int]:
        return (
            self.starts[node.lineno - 1] + node.col_offset,
            self.starts[node.end_lineno - 1] + node.end_col_offset,
        )

    def _text(self, node: ast.AST) -> str:
        start, end = self._place(node)
        return self.source[start:end].decode()

    def _between(self, left: ast.AST, right: ast.AST) -> tuple[int, int]:
        """The operator between two operands, without the brackets that may stand around them."""
        start, end = self._place(left)[1], self._place(right)[0]
        raw = self.source[start:end]
        inner = raw.strip(b" \n()")
        at = start + raw.index(inner)
        return at, at + len(inner)

    def _changes(self, node: ast.AST) -> Iterator[tuple[str, tuple[int, int]]]:
        match node:
            case ast.Compare():
                yield from self._relations(node)
            case ast.BoolOp():
                yield from self._conditions(node)
            case ast.UnaryOp(op=ast.Not()):
                yield f"({self._text(node.operand)})", self._place(node)
            case ast.If() | ast.IfExp():
                for value in ("True", "False"):
                    yield value, self._place(node.test)
            case ast.While():
                yield "False", self._place(node.test)
            case ast.comprehension():
                for test in node.ifs:
                    for value in ("True", "False"):
                        yield value, self._place(test)
            case ast.BinOp():
                if type(node.op) in _ARITHMETIC:
                    place = self._between(node.left, node.right)
                    yield _ARITHMETIC[type(node.op)], place
            case ast.Call(func=ast.Name(id=name)) if name in _CALLS:
                yield _CALLS[name], self._place(node.func)
            case ast.Constant():
                yield from self._constant(node)
            case _:
                yield from self._statement(node)

    def _relations(self, node: ast.Compare) -> Iterator[tuple[str, tuple[int, int]]]:
        operands = [node.left, *node.comparators]
        for op, left, right in zip(node.ops, operands, operands[1:], strict=False):
            yield _RELATIONS[type(op)], self._between(left, right)

    def _conditions(self, node: ast.BoolOp) -> Iterator[tuple[str, tuple[int, int]]]:
        other = "or" if isinstance(node.op, ast.And) else "and"
        texts = [f"({self._text(value)})" for value in node.values]
        yield "(" + f" {other} ".join(texts) + ")", self._place(node)
        for left_out in range(len(texts)):
            rest = texts[:left_out] + texts[left_out + 1 :]
            joined = f" {'and' if other == 'or' else 'or'} ".join(rest)
            yield f"({joined})", self._place(node)

    def _constant(self, node: ast.Constant) -> Iterator[tuple[str, tuple[int, int]]]:
        place = self._place(node)
        if isinstance(node.value, bool):
            yield str(not node.value), place
        elif isinstance(node.value, int):
            yield str(node.value + 1), place
        elif isinstance(node.value, str | bytes):
            empty = "" if node.value else "x"
            yield ("b" if isinstance(node.value, bytes) else "") + f'"{empty}"', place

    def _statement(self, node: ast.AST) -> Iterator[tuple[str, tuple[int, int]]]:
        match node:
            case ast.Expr(value=ast.Call()) | ast.Raise() | ast.Delete():
                yield "pass", self._place(node)
            case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
                yield "pass", self._place(node)
            case ast.AugAssign():
                yield "pass", self._place(node)
            case ast.Return(value=value) if value is not None and not _is_none(value):
                yield "return None", self._place(node)
            case ast.Break():
                yield "continue", self._place(node)
            case ast.Continue():
                yield "break", self._place(node)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """What lies below a node and says what is done, not what things are called."""
    match node:
        case ast.Raise() | ast.Import() | ast.ImportFrom() | ast.Assert() | ast.JoinedStr():
            return
        case ast.Expr(value=ast.Constant()):  # documentation
            return
        case ast.AnnAssign():
            yield from () if node.value is None else (node.value,)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from node.body
            yield from node.args.defaults
            yield from (one for one in node.args.kw_defaults if one is not None)
        case ast.ClassDef():
            yield from node.body
        case ast.Subscript():
            yield node.value
            # `tuple[int, "str"]` and the like are types.
            if isinstance(node.slice, ast.Constant | ast.BinOp | ast.Slice | ast.UnaryOp):
                yield node.slice
        case _:
            yield from ast.iter_child_nodes(node)
