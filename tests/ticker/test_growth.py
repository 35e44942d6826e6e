"""However hostile a text is, the work grows with its length alone: counted in steps, not in seconds."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from steps import ATOMIC, Machine, Text, fragments

import ctick

PACKAGE = Path(ctick.__file__).parent
CALLS = ("compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")

MATCHED = {
    "ctick.ticker.html_text._ATTRIBUTES", "ctick.ticker.html_text._INSIDE", "ctick.ticker.decoding._MAGIC", "ctick.ticker.patterns._BETWEEN",
    "ctick.ticker.dates._DATES", "ctick.ticker.patterns.DATE", "ctick.ticker.patterns.FIGURE", "ctick.ticker.patterns.REST", "ctick.ticker.patterns.HEAD", "ctick.ticker.patterns.UNIT",
    "ctick.ticker.patterns._CUT_LINE",
}  # fmt: skip
"""The patterns that are only used with `match`: at one place. All others are looked for everywhere."""


def patterns() -> dict[str, "re.Pattern[Any]"]:
    """Every pattern of the package: in its modules, in their tuples and dicts, and written down in a call of `re`."""
    found: dict[str, re.Pattern[Any]] = {}
    for info in pkgutil.walk_packages([str(PACKAGE)], "ctick."):
        if info.name == "ctick.__main__":
            continue
        module = importlib.import_module(info.name)
        for name, value in vars(module).items():
            for place, pattern in enumerate(_inside(value)):
                found.setdefault(f"{info.name}.{name}" + (f" {place}" if pattern is not value else ""), pattern)
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS:
                called, first = node.func.value, node.args[0] if node.args else None
                if isinstance(called, ast.Name) and called.id == "re" and isinstance(first, ast.Constant):
                    pattern = re.compile(first.value)
                    if pattern not in found.values():
                        found[f"{info.name}:{first.value!r}"] = pattern
    named: dict[re.Pattern[Any], str] = {}
    for pattern in found.values():
        home = min(
            (other for other in found if found[other] is pattern), key=lambda other: (not _defines(other), other)
        )
        named.setdefault(pattern, home)
    return {name: pattern for pattern, name in named.items()}


def _defines(name: str) -> bool:
    """Whether a name is that of the module in which the pattern is written, not of one that imports it."""
    module, _, own = name.partition(" ")[0].rpartition(".")
    path = PACKAGE.parent / (module.replace(".", "/") + ".py")
    return path.exists() and re.search(rf"^{re.escape(own)}\b.*=", path.read_text(), re.MULTILINE) is not None


def _inside(value: object) -> Iterator["re.Pattern[Any]"]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _inside(item)
    elif isinstance(value, (tuple, list, set, frozenset)):
        for item in value:
            yield from _inside(item)


PATTERNS = patterns()
MACHINES = {name: Machine(pattern) for name, pattern in PATTERNS.items()}


def test_all_patterns_are_found() -> None:
    """Those of the reader are there, none is twice, and the table names none that is not."""
    assert len(PATTERNS) > 15
    assert len(set(PATTERNS.values())) == len(PATTERNS)
    assert {name.partition(" ")[0] for name in PATTERNS} >= MATCHED
    for name in MATCHED:
        own = name.rpartition(".")[2]
        for path in PACKAGE.rglob("*.py"):
            assert not re.search(rf"\b{own}\.(?!match\b|pattern\b)[a-z]+\(", path.read_text()), path


@pytest.mark.parametrize("name", PATTERNS)
def test_no_pattern_has_possessive_quantifiers(name: str) -> None:
    """Nor atomic groups: up to Python 3.11.4 they match wrongly."""
    assert (ATOMIC,) not in MACHINES[name].code


def test_possessive_quantifiers_are_told() -> None:
    """The check above would find one."""
    for pattern in ("a++", "a*+b", "a?+", "a{2,3}+", "(?>a|b)", "(?:x(?=a++))"):
        assert (ATOMIC,) in Machine(re.compile(pattern)).code


def texts(pattern: "re.Pattern[Any]") -> st.SearchStrategy[Text]:
    """What a pattern's own fragments make, with something else in between now and then."""
    parts: list[Any] = list(fragments(pattern))
    if isinstance(pattern.pattern, bytes):
        return st.lists(st.sampled_from([*parts, b"x", b" ", b"\n"]), max_size=40).map(b"".join)
    return st.lists(st.sampled_from([*parts, "x", " ", "\n"]), max_size=40).map("".join)


@pytest.mark.parametrize("name", PATTERNS)
def test_the_matcher_is_re(name: str) -> None:
    """Whole and parts are found at the same places as by `re`, wherever it is looked for."""
    pattern, machine = PATTERNS[name], MACHINES[name]

    @settings(max_examples=60, deadline=None)
    @given(text=texts(pattern), data=st.data())
    def same(text: Text, data: st.DataObject) -> None:
        start = data.draw(st.integers(0, len(text)))
        for found, mine in (
            (pattern.match(text, start), machine.match(text, start)),
            (pattern.search(text, start), machine.search(text, start)),
        ):
            assert (found is None) == (mine.spans is None)
            if found is not None:
                whole = {place: found.span(place) for place in range(pattern.groups + 1) if found.span(place)[0] >= 0}
                assert mine.spans == whole

    same()


MOST = 200
"""Steps for each character, at most: of a bounded repeat that is tried anew at each place."""


def attacks(pattern: "re.Pattern[Any]", begins: int) -> Iterator[tuple[Text, Text, Text]]:
    """Begin, what is repeated, and end: each fragment and each pair of them, behind each other one, with a bad end."""
    parts = list(fragments(pattern))
    empty, bad = (b"", b"\xff\n") if isinstance(pattern.pattern, bytes) else ("", "\uffff\n")
    units = [*parts, *(one + other for one, other in product(parts, parts) if one != other)]  # type: ignore[operator]
    for unit in units:
        for begin in (empty, *parts[:begins]):
            yield begin, unit, empty
            yield begin, unit, bad


@pytest.mark.parametrize(
    ("begins", "sizes"),
    [(1, (100, 200, 400)), pytest.param(50, (400, 800, 1600), marks=pytest.mark.long)],
    ids=["short", "long"],
)
@pytest.mark.parametrize("name", PATTERNS)
def test_steps_grow_with_the_length(name: str, begins: int, sizes: tuple[int, int, int]) -> None:
    """Twice the text, at most twice the steps (and a constant): at three sizes, for all that a pattern accepts."""
    pattern, machine = PATTERNS[name], MACHINES[name]
    count = machine.match if name.partition(" ")[0] in MATCHED else machine.everywhere
    for begin, unit, end in attacks(pattern, begins):
        times = [max(1, size // len(unit)) for size in sizes]
        steps = [count(begin + unit * number + end).steps for number in times]  # type: ignore[operator]
        first, second = steps[1] - steps[0], steps[2] - steps[1]
        assert second <= 2.2 * first + 400, (begin, unit, end, steps)
        assert steps[2] <= MOST * (sizes[2] + 10), (begin, unit, end, steps)
