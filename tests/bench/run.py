"""How fast ctick is, compared with the interpreter's start and with other tools.

python tests/bench/run.py [--quick] [--markdown FILE] [--rounds N]

Creates its inputs in a temporary folder, fetches nothing, and takes ten minutes and 2 GB of disk
(with `--quick` some seconds, but the figures mean little). All figures are of one run of whole
processes in interleaved rounds; tools that are not installed are left out.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from measure import Contestant, forgotten, rounds
from report import HEADER, Row, aligned, cells, machine, markdown

HERE = Path(__file__).parent
PYTHON = sys.executable
SCRIPT = Path(PYTHON).parent / "ctick"
CTICK = [str(SCRIPT)] if SCRIPT.exists() else [PYTHON, "-m", "ctick"]
MIB = 1 << 20


class Size(NamedTuple):
    """The sizes of the inputs, and the numbers of rounds for quick and for long processes."""

    pages: int
    lines: int
    prose: int
    snapshots: int
    days: int
    rounds: int
    long_rounds: int


FULL = Size(512 * MIB, 256 * MIB, 96 * MIB, 200_000, 10_000, 60, 5)
QUICK = Size(MIB, MIB, MIB, 500, 100, 2, 2)

Group = tuple[list[Contestant], int, list[Row]]


def groups(folder: Path, size: Size) -> Iterator[Group]:
    """The groups of contestants that are measured together, and their rows."""
    base = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm-256color", "TMPDIR": str(folder)}

    def env(home: str) -> dict[str, str]:
        place = folder / home
        place.mkdir(exist_ok=True)
        return {**base, "HOME": str(place)}

    def store(home: str) -> Path:
        return folder / home / ".local/share/ctick/ctick.db"

    make("old-store", store("two"), 2)
    make("store", store("ten"), 2)
    make("store", store("million"), size.snapshots)
    fresh, two = env("fresh"), env("two")
    quotes = f"{size.snapshots * 5:,}"
    convert = [*CTICK, "convert", "50000", "KGS"]

    start = "python -I -c pass"
    yield (
        [
            Contestant(start, [PYTHON, "-I", "-c", "pass"], fresh),
            Contestant("import re, sqlite3, decimal", [PYTHON, "-c", "import re, sqlite3, decimal"], fresh),
            Contestant("ctick convert 50000 KGS | cat, no store", convert, fresh),
            Contestant("ctick convert 50000 KGS | cat", convert, two),
            Contestant("ctick convert 50000 KGS --places 2 | cat", [*convert, "--places", "2"], two),
            Contestant("ctick convert 50000 KGS --rate 0.0115 | cat", [*convert, "--rate", "0.0115"], two),
            Contestant("ctick rates | cat", [*CTICK, "rates"], two),
            Contestant("ctick history | cat", [*CTICK, "history"], two),
            Contestant("ctick parse --help (Typer)", [*CTICK, "parse", "--help"], two),
            Contestant("Typer: hello", [PYTHON, str(HERE / "hello.py")], fresh),
            *others(fresh),
        ],
        size.rounds,
        [
            Row("import re, sqlite3, decimal", start),
            Row("ctick convert 50000 KGS | cat, no store", start, 2.3),
            Row("ctick convert 50000 KGS | cat", start, 2.3),
            Row("ctick convert 50000 KGS --places 2 | cat", start, 2.6),
            Row("ctick convert 50000 KGS --rate 0.0115 | cat", start, 2.6),
            Row("ctick rates | cat", start, 2.6),
            Row("ctick history | cat", start),
            Row("ctick parse --help (Typer)", start),
            Row("Typer: hello", start),
            *(Row(other.name, start) for other in others(fresh)),
            *(Row("ctick convert 50000 KGS | cat", other.name, 1) for other in others(fresh) if "qalc" in other.name),
        ],
    )
    # The ticker's soum has one digit: older rates of other sources could be better, so that many are read.
    for amount, code in (("50000", "KGS"), ("3000000", "UZS")):
        command = [*CTICK, "convert", amount, code]
        one, many = (f"ctick convert {amount} {code} | cat, {count} quotes of today" for count in ("10", quotes))
        few = [Contestant(one, command, env("ten")), Contestant(many, command, env("million"))]
        yield few, size.rounds, [Row(many, one, 1.1)]

    three = "Typer and one rich table, on a terminal"
    yield (
        [
            Contestant(three, [PYTHON, str(HERE / "table.py")], fresh, terminal=True),
            Contestant("ctick rates, on a terminal", [*CTICK, "rates"], two, terminal=True),
            Contestant("ctick convert 50000 KGS, on a terminal", convert, two, terminal=True),
        ],
        size.rounds // 2,
        [
            Row("ctick rates, on a terminal", three, 0.8),
            Row("ctick convert 50000 KGS, on a terminal", three),
        ],
    )
    yield from archives(folder, size, fresh)
    yield scanning(folder, size, fresh)
    yield saving(folder, size, base)


def others(env: dict[str, str]) -> list[Contestant]:
    """Other converters, if they are installed; both have rates that are years old."""
    found = []
    if shutil.which("qalc"):
        found.append(Contestant("qalc '50000 KGS to USD'", ["qalc", "-t", "50000 KGS to USD"], env))
    if shutil.which("units"):
        found.append(Contestant("units '50000 KGS' USD (C)", ["units", "-t", "50000 KGS", "USD"], env))
    return found


def archives(folder: Path, size: Size, env: dict[str, str]) -> Iterator[Group]:
    """Reading a file of pages, and a file of ticker lines only."""
    pages, lines = folder / "pages.txt", folder / "lines.txt"
    make("changing", pages, size.pages)
    what = f"{size.pages // MIB} MiB of pages, each with other rates"
    parse = [*CTICK, "parse", "-q", str(pages)]
    grep = ["grep", "-ac", "USD", str(pages)]
    cold = forgotten(pages)
    yield (
        [Contestant(f"grep -ac USD, {what}", grep, env), Contestant(f"ctick parse, {what}", parse, env)],
        size.long_rounds,
        # No maximum: the promise is for pages that repeat their tickers, as in the next rows.
        [Row(f"ctick parse, {what}", f"grep -ac USD, {what}")],
    )
    make("pages", pages, size.pages)
    what = f"{size.pages // MIB} MiB of pages"
    yield (
        [
            Contestant(f"grep -ac USD, {what}", grep, env),
            Contestant(f"ctick parse, {what}", parse, env),
            Contestant(f"grep -ac USD, {what}, cold", grep, env, before=cold),
            Contestant(f"ctick parse, {what}, cold", parse, env, before=cold),
        ],
        size.long_rounds,
        [
            Row(f"ctick parse, {what}", f"grep -ac USD, {what}", 5, 64),
            Row(f"ctick parse, {what}, cold", f"grep -ac USD, {what}, cold"),
        ],
    )
    pages.unlink()
    make("lines", lines, size.lines)
    what = f"{size.lines // MIB} MiB of ticker lines"
    ctick, sort, mawk = f"ctick parse, {what}", f"LC_ALL=C sort -u, {what}", f"mawk '!s[$0]++', {what}"
    contestants = [
        Contestant(ctick, [*CTICK, "parse", "-q", str(lines)], env),
        Contestant(sort, ["sort", "-u", str(lines)], {**env, "LC_ALL": "C"}),
    ]
    rows = [Row(ctick, sort, 1, 64)]
    if shutil.which("mawk"):
        contestants.append(Contestant(mawk, ["mawk", "!s[$0]++", str(lines)], {**env, "LC_ALL": "C"}))
        rows.append(Row(ctick, mawk, 1, 64))
    yield contestants, size.long_rounds, rows
    lines.unlink()


def scanning(folder: Path, size: Size, env: dict[str, str]) -> Group:
    """Finding amounts in prose; `mentions.py --speed` measures more kinds of text."""
    prose = folder / "prose.txt"
    make("prose", prose, size.prose)
    what = f"{size.prose // MIB} MiB of prose"
    ctick, grep = f"ctick scan, {what}", f"grep -c som, {what}"
    contestants = [
        Contestant(grep, ["grep", "-c", "som", str(prose)], env),
        Contestant(ctick, [*CTICK, "scan", "-q", str(prose)], env),
    ]
    return contestants, size.long_rounds, [Row(ctick, grep)]


def saving(folder: Path, size: Size, base: dict[str, str]) -> Group:
    """Saving new snapshots from one input: the saving alone, and the whole command."""
    text = folder / "days.txt"
    make("days", text, size.days)
    home = folder / "saving"
    env = {**base, "HOME": str(home)}
    new = home / ".local/share/ctick/ctick.db"

    def clear() -> None:
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()

    what = f"{size.days:,} snapshots"
    bare, saved, whole = f"bare executemany, {what}", f"Store.save, {what}", f"ctick snapshot FILE (whole), {what}"
    program = [PYTHON, str(HERE / "saving.py")]
    contestants = [
        Contestant(bare, [*program, "bare", str(text), str(new)], env, inner=True, before=clear),
        Contestant(saved, [*program, "store", str(text), str(new)], env, inner=True, before=clear),
        Contestant(whole, [*CTICK, "snapshot", "-q", str(text)], env, before=clear),
    ]
    return contestants, size.long_rounds * 2, [Row(saved, bare, 5), Row(whole, bare, 5)]


def make(kind: str, path: Path, size: int) -> None:
    """Creates an input in a separate process, so that this one, and what it starts, stays small."""
    subprocess.run([PYTHON, str(HERE / "made.py"), kind, str(path), str(size)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small inputs, two rounds")
    parser.add_argument("--rounds", type=int, help="rounds of the small processes (60)")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table as Markdown too")
    options = parser.parse_args()
    size = QUICK if options.quick else FULL
    size = size._replace(rounds=options.rounds or size.rounds)
    table: list[tuple[str, ...]] = [HEADER]
    write = partial(print, flush=True)
    write(machine(SCRIPT))
    for tool in ("qalc", "units", "mawk"):
        if shutil.which(tool) is None:
            write(f"{tool} is not installed, left out")
    with tempfile.TemporaryDirectory(prefix="ctick-bench-") as folder:
        for contestants, count, rows in groups(Path(folder), size):
            times = rounds(contestants, max(count, 1))
            table += [cells(row, times) for row in rows]
            write(f"measured: {', '.join(times)}", file=sys.stderr)
    write(aligned(table), end="")
    if options.markdown:
        options.markdown.write_text(f"{markdown(table)}\n{machine(SCRIPT)}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
