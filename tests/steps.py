"""A backtracking matcher that counts its steps: what `re` does, for patterns as ctick's are, and how much of it.

A pattern is parsed by `re` itself and compiled to the instructions of a small machine, which are counted as they are
carried out. Its way to backtrack is that of `re`: what takes it long takes `re` long.
"""

import re
import re._constants as sre  # type: ignore[import-not-found]
import re._parser as sre_parser  # type: ignore[import-not-found]
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

Text = str | bytes
Spans = dict[int, tuple[int, int]]
Test = Callable[[int], bool]

CHAR, SPLIT, JUMP, SAVE, ATOMIC, CUT, LOOK, AT, DONE = range(9)


class Found(NamedTuple):
    """The spans of a match (0 is the whole), None where there is none, and the steps that it took."""

    spans: Spans | None
    steps: int


class Machine:
    """One pattern, compiled."""

    def __init__(self, pattern: "re.Pattern[Any]") -> None:
        self.code: list[tuple[Any, ...]] = []
        self.tests: dict[str, Test] = {}
        self.binary = isinstance(pattern.pattern, bytes)
        self._emit(
            sre_parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE if self.binary else pattern.flags),
            pattern.flags,
        )
        self.code.append((DONE,))

    def match(self, text: Text, start: int = 0, end: int | None = None) -> Found:
        """At one place."""
        return self._run(text, start, len(text) if end is None else min(end, len(text)), 0)

    def search(self, text: Text, start: int = 0, end: int | None = None) -> Found:
        """At the first place where it matches: all before it are tried."""
        end = len(text) if end is None else min(end, len(text))
        steps = 0
        for place in range(start, end + 1):
            found = self._run(text, place, end, 0)
            steps += found.steps
            if found.spans is not None:
                return Found(found.spans, steps)
        return Found(None, steps)

    def everywhere(self, text: Text) -> Found:
        """All matches, one behind the other, as `sub` and `finditer` look for them; the spans are those of the last."""
        place, steps, last = 0, 0, None
        while place <= len(text):
            found = self.search(text, place)
            steps += found.steps
            if found.spans is None:
                break
            last = found.spans
            place = found.spans[0][1] + (found.spans[0][0] == found.spans[0][1])
        return Found(last, steps)

    # -- compiling --------------------------------------------------------------------------

    def _emit(self, items: Any, flags: int) -> None:
        for op, value in items:
            self._emit_one(op, value, flags)

    def _emit_one(self, op: object, value: Any, flags: int) -> None:
        code = self.code
        if op in (sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY):
            code.append((CHAR, self._test(op, value, flags)))
        elif op is sre.AT:
            code.append((AT, value))
        elif op is sre.BRANCH:
            self._branch(value[1], flags)
        elif op is sre.SUBPATTERN:
            group, more, fewer, inner = value
            if group:
                code.append((SAVE, 2 * group))
            self._emit(inner, (flags | more) & ~fewer)
            if group:
                code.append((SAVE, 2 * group + 1))
        elif op in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            self._repeat(value, flags, lazy=op is sre.MIN_REPEAT)
        elif op in (sre.POSSESSIVE_REPEAT, sre.ATOMIC_GROUP):
            code.append((ATOMIC,))
            if op is sre.ATOMIC_GROUP:
                self._emit(value, flags)
            else:
                self._repeat(value, flags, lazy=False)
            code.append((CUT,))
        elif op in (sre.ASSERT, sre.ASSERT_NOT):
            direction, inner = value
            place = len(code)
            code.append(())
            self._emit(inner, flags)
            code.append((DONE,))
            behind = inner.getwidth()[0] if direction < 0 else 0
            code[place] = (LOOK, op is sre.ASSERT, behind, len(code))
        else:
            raise NotImplementedError(op)

    def _branch(self, branches: Sequence[Any], flags: int) -> None:
        jumps = []
        for branch in branches[:-1]:
            split = len(self.code)
            self.code.append(())
            self._emit(branch, flags)
            jumps.append(len(self.code))
            self.code.append(())
            self.code[split] = (SPLIT, split + 1, len(self.code))
        self._emit(branches[-1], flags)
        for jump in jumps:
            self.code[jump] = (JUMP, len(self.code))

    def _repeat(self, value: Any, flags: int, *, lazy: bool) -> None:
        """Copies of what is repeated: all that must be there, then those that may, or a loop."""
        low, high, inner = value
        for _ in range(low):
            self._emit(inner, flags)
        if high == sre.MAXREPEAT:
            assert inner.getwidth()[0] > 0, "a loop of nothing"
            split = len(self.code)
            self.code.append(())
            self._emit(inner, flags)
            self.code.append((JUMP, split))
            self.code[split] = (SPLIT, *self._order(split + 1, len(self.code), lazy=lazy))
            return
        splits = []
        for _ in range(high - low):
            splits.append(len(self.code))
            self.code.append(())
            self._emit(inner, flags)
        for split in splits:
            self.code[split] = (SPLIT, *self._order(split + 1, len(self.code), lazy=lazy))

    def _order(self, on: int, out: int, *, lazy: bool) -> tuple[int, int]:
        return (out, on) if lazy else (on, out)

    def _test(self, op: object, value: Any, flags: int) -> Test:
        """Whether a character fits."""
        known = self.tests.get(key := repr((op, value, flags)))
        if known is None:
            known = self.tests[key] = self._made(op, value, flags)
        return known

    def _made(self, op: object, value: Any, flags: int) -> Test:
        items = value if op is sre.IN else [(op, value)]
        negated = items[0][0] is sre.NEGATE
        ignore = bool(flags & re.IGNORECASE)

        def fits(code: int) -> bool:
            forms = {code, *map(ord, (chr(code).lower(), chr(code).upper()))} if ignore and code < 128 else {code}
            return any(_fits(item, form, binary=self.binary) for form in forms for item in items) != negated

        if not self.binary:
            return fits
        return frozenset(code for code in range(256) if fits(code)).__contains__

    # -- running ----------------------------------------------------------------------------

    def _run(self, text: Text, start: int, end: int, pc: int) -> Found:
        codes: Sequence[int] = text if isinstance(text, bytes) else [ord(char) for char in text]
        return self._carry_out(codes, start, end, pc)

    def _carry_out(self, codes: Sequence[int], start: int, end: int, pc: int) -> Found:
        steps, pos = 0, start
        saves: tuple[tuple[int, int], ...] = ()
        marks: tuple[int, ...] = ()
        stack: list[tuple[int, int, tuple[tuple[int, int], ...], tuple[int, ...]]] = []
        while True:
            steps += 1
            op, *rest = self.code[pc]
            failed = False
            if op == CHAR:
                failed = pos >= end or not rest[0](codes[pos])
                pos, pc = pos + 1, pc + 1
            elif op == SPLIT:
                stack.append((rest[1], pos, saves, marks))
                pc = rest[0]
            elif op == JUMP:
                pc = rest[0]
            elif op == SAVE:
                saves, pc = (*saves, (rest[0], pos)), pc + 1
            elif op == ATOMIC:
                marks, pc = (*marks, len(stack)), pc + 1
            elif op == CUT:
                del stack[marks[-1] :]
                marks, pc = marks[:-1], pc + 1
            elif op == LOOK:
                wanted, behind, after = rest
                there = pos >= behind
                if there:
                    found = self._carry_out(codes, pos - behind, end, pc + 1)
                    steps += found.steps
                    there = found.spans is not None
                failed, pc = there != wanted, after
            elif op == AT:
                failed, pc = not _is_at(rest[0], codes, pos, end), pc + 1
            else:
                places = dict(saves)
                spans = {
                    place // 2: (places[place], places[place + 1])
                    for place in places
                    if place % 2 == 0 and place + 1 in places
                }
                return Found({**spans, 0: (start, pos)}, steps)
            if failed:
                if not stack:
                    return Found(None, steps)
                pc, pos, saves, marks = stack.pop()


def _is_at(where: object, codes: Sequence[int], pos: int, end: int) -> bool:
    if where in (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING):
        return pos == 0
    if where is sre.AT_END_STRING:
        return pos == end
    if where is sre.AT_END:
        return pos == end or (pos == end - 1 and codes[pos] == 10)
    if where is sre.AT_BOUNDARY:
        around = [
            place >= 0 and place < end and _fits((sre.CATEGORY, sre.CATEGORY_WORD), codes[place], binary=False)
            for place in (pos - 1, pos)
        ]
        return around[0] != around[1]
    raise NotImplementedError(where)


def _fits(item: tuple[Any, Any], code: int, *, binary: bool) -> bool:
    op, value = item
    if op is sre.LITERAL:
        return bool(code == value)
    if op is sre.NOT_LITERAL:
        return bool(code != value)
    if op is sre.RANGE:
        return bool(value[0] <= code <= value[1])
    if op is sre.ANY:
        return code != 10
    if op is sre.NEGATE:
        return False
    char = chr(code) if not binary or code < 128 else "x"
    kinds = {
        sre.CATEGORY_DIGIT: char.isdecimal(),
        sre.CATEGORY_WORD: char.isalnum() or char == "_",
        sre.CATEGORY_NOT_WORD: not (char.isalnum() or char == "_"),
        sre.CATEGORY_SPACE: char.isspace() and (not binary or char in " \t\n\r\x0b\x0c"),
    }
    return kinds[value]


def fragments(pattern: "re.Pattern[Any]") -> Iterator[Text]:
    """Texts that parts of a pattern accept: each literal run, and a member or two of each class."""
    binary = isinstance(pattern.pattern, bytes)
    flags = pattern.flags & ~re.UNICODE if binary else pattern.flags
    found: dict[tuple[int, ...], None] = {}

    def walk(items: Any) -> None:
        run: list[int] = []
        for op, value in [*items, (None, None)]:
            if op is sre.LITERAL:
                run.append(value)
                continue
            if run:
                found[tuple(run)] = None
                run = []
            if op is sre.NOT_LITERAL:
                found[(ord("a") if value != ord("a") else ord("b"),)] = None
            elif op is sre.IN:
                codes = [code for code in range(256 if binary else 128) if _accepts(value, code, binary=binary)]
                found.update({(code,): None for code in {codes[0], codes[-1], codes[len(codes) // 2]}})
            elif op is sre.BRANCH:
                for branch in value[1]:
                    walk(branch)
            elif op is sre.SUBPATTERN:
                walk(value[3])
            elif op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
                walk(value[2])
            elif op is sre.ATOMIC_GROUP:
                walk(value)
            elif op in (sre.ASSERT, sre.ASSERT_NOT):
                walk(value[1])

    walk(sre_parser.parse(pattern.pattern, flags))
    for codes in found:
        yield bytes(codes) if binary else "".join(map(chr, codes))


def _accepts(items: Any, code: int, *, binary: bool) -> bool:
    return any(_fits(item, code, binary=binary) for item in items) != (items[0][0] is sre.NEGATE)
