"""How fast ctick is, compared with the interpreter's start and with other tools.

python tests/bench/run.py [--quick] [--only NAME] [--size MIB] [--markdown FILE] [--rounds N]

Creates its inputs in a temporary folder, fetches nothing, and takes twenty minutes and 2 GB of disk
(with `--quick` some seconds, but the figures mean little). All figures are of one run of whole
processes in interleaved rounds; tools and packages that are not installed are left out. `--only`
runs the groups whose names contain NAME, as `--only archives` those that read archives.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import archive_groups
from measure import Contestant, rounds
from report import HEADER, Row, aligned, cells, machine, markdown
from setting import CTICK, FULL, HERE, MIB, PACKAGES, PYTHON, QUICK, SCRIPT, SETTINGS, TOOLS, Bench, Group, installed


def start(bench: Bench) -> Iterator[Group]:
    """Commands that answer at once, compared with the start of the interpreter."""
    bench.make("old-store", bench.store("two"), 2)
    bench.make("old-store", bench.store("set"), 2)
    bench.make("store", bench.store("fed"), 10)
    bench.settings("set").write_text(SETTINGS)
    fresh, two, chosen = bench.env("fresh"), bench.env("two"), bench.env("set")
    convert = [*CTICK, "convert", "50000", "KGS"]
    start = "python -I -c pass"
    typed = {"COMP_WORDS": "ctick\nforget\n2", "COMP_CWORD": "2", "_CTICK_COMPLETE": "complete_bash"}
    hello = {"COMP_WORDS": "tab\nh", "COMP_CWORD": "1", "_TAB_COMPLETE": "complete_bash"}
    yield Group(
        [
            Contestant(start, [PYTHON, "-I", "-c", "pass"], fresh),
            Contestant("import re, sqlite3, decimal", [PYTHON, "-c", "import re, sqlite3, decimal"], fresh),
            Contestant("ctick convert 50000 KGS | cat, no store", convert, fresh),
            Contestant("ctick convert 50000 KGS | cat", convert, two),
            Contestant("ctick convert 50000 KGS | cat, rates of today", convert, bench.env("fed")),
            Contestant("ctick convert 50000 KGS | cat, with settings", convert, chosen),
            Contestant("ctick convert 50000 KGS --places 2 | cat", [*convert, "--places", "2"], two),
            Contestant("ctick convert 50000 KGS --rate 0.0115 | cat", [*convert, "--rate", "0.0115"], two),
            Contestant("ctick rates | cat", [*CTICK, "rates"], two),
            Contestant("ctick history | cat", [*CTICK, "history"], two),
            Contestant("ctick parse --help (Typer)", [*CTICK, "parse", "--help"], two),
            Contestant("Typer: hello", [PYTHON, str(HERE / "hello.py")], fresh),
            Contestant("Typer: one Tab", [PYTHON, str(HERE / "tab.py")], {**fresh, **hello}),
            Contestant("ctick: one Tab, for a day of the store", CTICK, {**two, **typed}),
            *others(fresh),
        ],
        bench.size.rounds,
        [
            Row("import re, sqlite3, decimal", start),
            Row("ctick convert 50000 KGS | cat, no store", start, 2.3),
            Row("ctick convert 50000 KGS | cat", start, 2.3),
            Row("ctick convert 50000 KGS | cat, rates of today", start, 2.3),
            Row("ctick convert 50000 KGS | cat, with settings", start, 2.5),
            Row("ctick convert 50000 KGS --places 2 | cat", start, 2.6),
            Row("ctick convert 50000 KGS --rate 0.0115 | cat", start, 2.6),
            Row("ctick rates | cat", start, 2.6),
            Row("ctick history | cat", start),
            Row("ctick parse --help (Typer)", start),
            Row("Typer: hello", start),
            Row("ctick: one Tab, for a day of the store", "Typer: one Tab", 1.3),
            *(Row(other.name, start) for other in others(fresh)),
            *(Row("ctick convert 50000 KGS | cat", other.name, 1) for other in others(fresh) if "qalc" in other.name),
        ],
    )


def many_quotes(bench: Bench) -> Iterator[Group]:
    """The same answer from a store with few and with a million quotes."""
    bench.make("store", bench.store("ten"), 2)
    bench.make("store", bench.store("million"), bench.size.snapshots)
    quotes = f"{bench.size.snapshots * 5:,}"
    # The ticker's soum has one digit: older rates of other sources could be better, so that many are read.
    for amount, code in (("50000", "KGS"), ("3000000", "UZS")):
        command = [*CTICK, "convert", amount, code]
        one, many = (f"ctick convert {amount} {code} | cat, {count} quotes of today" for count in ("10", quotes))
        few = [Contestant(one, command, bench.env("ten")), Contestant(many, command, bench.env("million"))]
        yield Group(few, bench.size.rounds, [Row(many, one, 1.1)])


def terminal(bench: Bench) -> Iterator[Group]:
    """Tables on a terminal, compared with the smallest program that prints one."""
    bench.make("old-store", bench.store("terminal"), 2)
    fresh, two = bench.env("fresh"), bench.env("terminal")
    table, rates = "Typer and one rich table, on a terminal", "ctick rates, on a terminal"
    convert = "ctick convert 50000 KGS, on a terminal"
    yield Group(
        [
            Contestant(table, [PYTHON, str(HERE / "table.py")], fresh, terminal=True),
            Contestant(rates, [*CTICK, "rates"], two, terminal=True),
            Contestant(convert, [*CTICK, "convert", "50000", "KGS"], two, terminal=True),
        ],
        bench.size.rounds // 2,
        [Row(rates, table, 0.8), Row(convert, table)],
    )


def others(env: dict[str, str]) -> list[Contestant]:
    """Other converters, if they are installed; both have rates that are years old."""
    found = []
    if shutil.which("qalc"):
        found.append(Contestant("qalc '50000 KGS to USD'", ["qalc", "-t", "50000 KGS to USD"], env))
    if shutil.which("units"):
        found.append(Contestant("units '50000 KGS' USD (C)", ["units", "-t", "50000 KGS", "USD"], env))
    return found


def scanning(bench: Bench) -> Iterator[Group]:
    """Finding amounts in prose; `mentions.py --speed` measures more kinds of text."""
    prose, env = bench.folder / "prose.txt", bench.env("fresh")
    bench.make("prose", prose, bench.size.prose * MIB)
    what = f"{bench.size.prose} MiB of prose"
    ctick, grep = f"ctick scan, {what}", f"grep -c som, {what}"
    contestants = [
        Contestant(grep, ["grep", "-c", "som", str(prose)], env),
        Contestant(ctick, [*CTICK, "scan", "-q", str(prose)], env),
    ]
    yield Group(contestants, bench.size.long_rounds, [Row(ctick, grep)])


def saving(bench: Bench) -> Iterator[Group]:
    """Saving new snapshots from one input: the saving alone, and the whole command."""
    text = bench.folder / "days.txt"
    bench.make("days", text, bench.size.days)
    env, new = bench.env("saving"), bench.store("saving")
    home = Path(env["HOME"])

    def clear() -> None:
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()

    what = f"{bench.size.days:,} snapshots"
    bare, saved, whole = f"bare executemany, {what}", f"Store.save, {what}", f"ctick snapshot FILE (whole), {what}"
    program = [PYTHON, str(HERE / "saving.py")]
    contestants = [
        Contestant(bare, [*program, "bare", str(text), str(new)], env, inner=True, before=clear),
        Contestant(saved, [*program, "store", str(text), str(new)], env, inner=True, before=clear),
        Contestant(whole, [*CTICK, "snapshot", "-q", str(text)], env, before=clear),
    ]
    yield Group(contestants, bench.size.long_rounds * 2, [Row(saved, bare, 5), Row(whole, bare, 5)])


GROUPS: dict[str, Callable[[Bench], Iterator[Group]]] = {
    "start": start,
    "many quotes": many_quotes,
    "terminal": terminal,
    "archives: text": archive_groups.text,
    "archives: lines": archive_groups.lines,
    "archives: HTML": archive_groups.html,
    "archives: worst cases": archive_groups.worst,
    "archives: crawls": archive_groups.crawls,
    "archives: files": archive_groups.files,
    "scan": scanning,
    "saving": saving,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small inputs, two rounds")
    parser.add_argument("--only", default="", metavar="NAME", help=f"only some of: {', '.join(GROUPS)}")
    parser.add_argument("--size", type=int, metavar="MIB", help="size of each archive (512; in many files: 4096)")
    parser.add_argument("--rounds", type=int, help="rounds of the small processes (60), and most rounds of the others")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table as Markdown too")
    options = parser.parse_args()
    size = QUICK if options.quick else FULL
    if options.size:
        size = size._replace(archive=options.size, files=options.size)
    if options.rounds:
        size = size._replace(rounds=options.rounds, long_rounds=min(options.rounds, size.long_rounds))
    chosen = {name: group for name, group in GROUPS.items() if options.only in name}
    if not chosen:
        parser.error(f"no group is named {options.only}: {', '.join(GROUPS)}")
    table: list[tuple[str, ...]] = [HEADER]
    write = partial(print, flush=True)
    write(machine(SCRIPT))
    for tool in (*TOOLS, *PACKAGES):
        if not installed(tool):
            write(f"{tool} is not installed, left out")
    with tempfile.TemporaryDirectory(prefix="ctick-bench-") as folder:
        for name, groups in chosen.items():
            for contestants, count, rows in groups(Bench(Path(folder), size)):
                times = rounds(contestants, max(count, 1))
                table += [cells(row, times) for row in rows]
                write(f"measured: {name}: {', '.join(times)}", file=sys.stderr)
    write(aligned(table), end="")
    if options.markdown:
        options.markdown.write_text(f"{markdown(table)}\n{machine(SCRIPT)}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
