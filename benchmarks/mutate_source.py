"""Mutants of a module: its syntax tree with one place changed, for mutants.py."""

import ast
import copy
import hashlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMPARED = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
COMPUTED = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
    ast.Pow: ast.Mult,
}
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any", "minimum": "maximum"}
CALLED |= {"maximum": "minimum", "floor": "ceil", "ceil": "floor", "rint": "floor"}


@dataclass(frozen=True)
class Mutant:
    """number: of the place in the module. name: the function, what stood there and what stands
    there now. tree: of the module.

    lines: of the statement that it is in, without the body of a compound statement.
    """

    number: int
    line: int
    lines: range
    name: str
    tree: ast.Module


def source_hash(path: Path) -> str:
    """What a module is known by: its counts hold while this stays the same."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def mutants(source: str, seed: str) -> list[Mutant]:
    """All mutants of a module, in an order drawn by chance, the same every time."""
    tree = ast.parse(source)
    found, left_out, holders = [], _without_effect(tree), _functions(tree)
    statements = _statements(tree)
    for at, node in enumerate(ast.walk(tree)):
        for change in _changes(node) if id(node) not in left_out else ():
            other = copy.deepcopy(tree)
            target = list(ast.walk(other))[at]
            before = ast.unparse(target)
            after = ast.unparse(_apply(other, target, change))
            line = getattr(node, "lineno", 0)
            name = f"{holders.get(id(node), 'the module')}: {before} -> {after}"
            found.append(Mutant(at, line, statements[id(node)], name, other))
    random.Random(seed).shuffle(found)
    return found


def _changes(node: ast.AST) -> Iterator[Callable[[Any], Any]]:
    """What can be changed of a node: functions that change a copy of it and give what stands for
    it."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in COMPARED:
        yield _set("ops", [COMPARED[type(node.ops[0])]()])
    elif isinstance(node, ast.BinOp) and type(node.op) in COMPUTED and not _is_text(node):
        yield _set("op", COMPUTED[type(node.op)]())
    elif isinstance(node, ast.BoolOp):
        yield _set("op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield lambda copied: copied.operand
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        yield _set("test", ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.Constant) and isinstance(value := node.value, int | float):
        yield _set("value", not value if isinstance(value, bool) else value + 1)
    elif isinstance(node, ast.Name) and node.id in CALLED:
        yield _set("id", CALLED[node.id])
    elif isinstance(node, ast.Attribute) and node.attr in CALLED:
        yield _set("attr", CALLED[node.attr])


def _set(name: str, value: Any) -> Callable[[Any], Any]:
    def change(node: Any) -> Any:
        setattr(node, name, copy.deepcopy(value))
        return node

    return change


def _is_text(node: ast.BinOp) -> bool:
    """Texts that are put together, or types with a bar between."""
    parts = list(ast.walk(node))
    if any(isinstance(part, ast.Constant | ast.JoinedStr) and _holds_text(part) for part in parts):
        return True
    names = [part.id for part in parts if isinstance(part, ast.Name)]
    return isinstance(node.op, ast.BitOr) and all(name[:1].isupper() for name in names)


def _holds_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or isinstance(getattr(node, "value", None), str)


def _apply(tree: ast.Module, target: ast.AST, change: Callable[[Any], Any]) -> ast.AST:
    """Change `target` in its tree; what stands in its place."""
    made: ast.AST = change(target)
    if made is not target:
        for parent in ast.walk(tree):
            for name, value in ast.iter_fields(parent):
                if value is target:
                    setattr(parent, name, made)
                elif isinstance(value, list) and any(one is target for one in value):
                    setattr(parent, name, [made if one is target else one for one in value])
    ast.fix_missing_locations(tree)
    return made


def _functions(tree: ast.Module) -> dict[int, str]:
    """Id of a node -> the innermost function that it stands in."""
    holders = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {id(part): holder.name for holder in holders for part in ast.walk(holder)}


def _statements(tree: ast.Module) -> dict[int, range]:
    """Id of a node -> the lines of the innermost statement that it stands in, without a body."""
    found: dict[int, range] = {}
    for statement in ast.walk(tree):  # outer ones come before inner ones
        if isinstance(statement, ast.stmt):
            body = getattr(statement, "body", None)
            end = body[0].lineno - 1 if body else statement.end_lineno or statement.lineno
            lines = range(statement.lineno, max(end, statement.lineno) + 1)
            found |= {id(part): lines for part in ast.walk(statement)}
    return found


def _without_effect(tree: ast.Module) -> set[int]:
    """Ids of nodes in annotations, messages and texts, and in decorators: how numba compiles, and
    that a dataclass is frozen."""
    left_out: set[int] = set()
    for node in ast.walk(tree):
        parts: list[ast.AST | None] = []
        if isinstance(node, ast.FunctionDef):
            every = (*node.args.args, *node.args.kwonlyargs, *node.args.posonlyargs)
            parts = [node.returns, *(one.annotation for one in every), *node.decorator_list]
        elif isinstance(node, ast.ClassDef):
            parts = list(node.decorator_list)
        elif isinstance(node, ast.AnnAssign):
            parts = [node.annotation]
        elif isinstance(node, ast.JoinedStr | ast.Raise):
            parts = [node]
        for part in parts:
            left_out |= {id(one) for one in ast.walk(part)} if part is not None else set()
    return left_out
