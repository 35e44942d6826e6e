"""`ctick export` and `ctick import`."""

import bz2
import gzip
import hashlib
import io
import json
import lzma
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import PAGE_10, PAGE_16, Run, page

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

HEAD = '{"ctick": "export", "version": 1}\n'  # of an older ctick, which wrote no last line
FIRST = '{"ctick": "export", "version": 2}\n'


def last(count: int) -> str:
    return f'{{"ctick": "end", "snapshots": {count}}}\n'


def line(day: str, *quotes: tuple[str, str], second: int = 1, source: str = "timesca") -> str:
    rows = [{"base": base, "rate": rate, "change": None} for base, rate in quotes]
    seen_at = f"2025-12-16T05:00:{second:02}.000000Z"
    return json.dumps({"source": source, "as_of": day, "seen_at": seen_at, "quotes": rows}) + "\n"


DERIVED = json.dumps(
    {
        "source": "cbr",
        "as_of": "2025-12-17",
        "seen_at": "2025-12-17T05:00:00.000000Z",
        "quotes": [
            {
                "base": "KGS",
                "legs": [
                    {"base": "KGS", "quote": "RUB", "nominal": 100, "value": "90.8640", "quantum": "0.0001", "as_of": None},
                    {"base": "USD", "quote": "RUB", "nominal": 1, "value": "79.4495", "quantum": "0.0001", "as_of": None},
                ],
            }
        ],
    }
)  # fmt: skip


@pytest.fixture
def saved(run: Run) -> Run:
    """`run`, with two pages, a revision of one of them, and a derived rate in the store."""
    for text in (PAGE_16 + PAGE_10, page("KGS 0.01150 0%", "16 December 2025"), PAGE_10):
        assert run("snapshot", "-", "-q", stdin=text).code == 0
    assert run("import", "-", "-q", stdin=HEAD + DERIVED + "\n") == (0, "", "")
    return run


def test_an_export_survives_a_round_trip(saved: Run, tmp_path: Path) -> None:
    """Export, import into an empty store, export: the same bytes; importing again changes nothing."""
    first = saved("export")
    assert (first.code, first.err) == (0, "")
    assert len(first.out.splitlines()) == 6
    file, other = tmp_path / "all.jsonl", str(tmp_path / "other.db")
    file.write_text(first.out)
    assert saved("import", str(file), "--db", other) == (
        0,
        "",
        f"created store {other}\nimported 4 snapshots: 4 new, 0 known\n",
    )
    assert saved("export", "--db", other) == first
    assert saved("import", "-", "--db", other, stdin=first.out) == (0, "", "imported 4 snapshots: 0 new, 4 known\n")
    assert saved("export", "--db", other) == first
    assert saved("export", "-o", "jsonl") == first
    for command in (["rates", "-q"], ["history"], ["history", "--revisions"], ["convert", "50000", "KGS", "-q"]):
        assert saved(*command, "--db", other) == saved(*command)


def test_bundled_rates_are_not_exported(run: Run, home: Path) -> None:
    """The export of an empty store is its first and last line, and imports no snapshots."""
    assert run("import", "-", stdin=FIRST + last(0)) == (0, "", "imported 0 snapshots: 0 new, 0 known\n")
    assert (home / ".local/share/ctick/ctick.db").exists()
    assert run("export") == (0, FIRST + last(0), "")


def test_an_export_is_ascii(saved: Run) -> None:
    """In any encoding of the terminal."""
    assert saved("export", tty=True, encoding="cp1252").out == saved("export").out
    assert saved("export").out.isascii()


def test_the_later_time_is_kept(run: Run) -> None:
    """An older export makes nothing older; a newer one changes which revision counts."""
    old = HEAD + line("2025-12-16", ("KGS", "0.01144"), second=1) + line("2025-12-16", ("KGS", "0.01150"), second=2)
    new = HEAD + line("2025-12-16", ("KGS", "0.01144"), second=3)
    assert run("import", "-", stdin=old).err == "imported 2 snapshots: 2 new, 0 known\n"
    assert run("import", "-", stdin=new).err == "imported 1 snapshot: 0 new, 1 known\n"
    assert run("import", "-", stdin=old).err == "imported 2 snapshots: 0 new, 2 known\n"
    found = [json.loads(row) for row in run("export").out.splitlines()[1:-1]]
    assert [(row["quotes"][0]["rate"], row["seen_at"][17:19]) for row in found] == [
        ("0.01150", "02"),
        ("0.01144", "03"),
    ]
    assert run("convert", "50000", "KGS", "-q", "--date", "2025-12-16").out == "572.00 USD\n"
    assert run("doctor").out.count("FAIL") == 0


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("{}\n", "line 4 is not a snapshot (source is missing or not text): nothing was imported"),
        ("rubbish \x1b[2J\n", "line 4 is not a line of an export ('rubbish \ufffd[2J'): nothing was imported"),
        (
            line("2025-12-32", ("KGS", "1")),
            "line 4 is not a snapshot ('2025-12-32' is not a date): nothing was imported",
        ),
        (line("2025-12-16", ("KGS", "-1")), "line 4 is not a snapshot ('-1' is not above 0): nothing was imported"),
        (
            line("2025-12-16", ("KGS", "1"))[:40],
            """line 4 is truncated ('{"source": "timesca", "as_of": "2025-12-'): nothing was imported""",
        ),
        (
            last(2)[:20],
            """line 4 is truncated ('{"ctick": "end", "sn'): nothing was imported""",
        ),
        ("[" * (1 << 17), "line 4 is too long for an export: nothing was imported"),
        (
            line("2025-12-16", ("KGS", "1"), source="CBR"),
            "line 4 is not a snapshot ('CBR' is not a valid source name): nothing was imported",
        ),
    ],
    ids=["no keys", "no JSON", "date", "negative", "cut", "cut end", "long", "capitals"],
)
def test_import_is_all_or_nothing(saved: Run, home: Path, tmp_path: Path, bad: str, why: str) -> None:
    """One bad line, and the store is unchanged, to the byte; exit 3 and a message with the line."""
    (db,) = home.rglob("*.db")
    before = hashlib.sha256(db.read_bytes()).hexdigest()
    file = tmp_path / "bad.jsonl"
    file.write_text(HEAD + line("2025-12-18", ("KGS", "0.01")) + line("2025-12-19", ("KGS", "0.01")) + bad)
    assert saved("import", str(file)) == (3, "", f"ctick: {file}: {why}\n")
    assert saved("import", "-", stdin=file.read_bytes()) == (3, "", f"ctick: stdin: {why}\n")
    assert hashlib.sha256(db.read_bytes()).hexdigest() == before
    empty = tmp_path / "empty.db"
    assert saved("import", str(file), "--db", str(empty)).code == 3
    assert not empty.exists()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no lines found, and an export has at least one: nothing was imported"),
        (
            b'{"ctick": "export", "version": 7}\n',
            "this was written by a newer ctick (version 7 of the format, this one reads 1 to 2): nothing was imported; upgrade ctick",
        ),
        (b"\x1f\x8b\x08\x00", "the gzip data is truncated after 0 unpacked bytes: get a new copy"),
        (PAGE_16.encode(), "line 1 is not a line of an export ('• KGS/USD = 0.01144 0%'): nothing was imported"),
    ],
    ids=["empty", "newer", "packed and cut", "a page"],
)
def test_files_that_are_not_exports(run: Run, home: Path, tmp_path: Path, content: bytes, why: str) -> None:
    """The message names the file; no store is created."""
    file = tmp_path / "x.jsonl"
    file.write_bytes(content)
    assert run("import", str(file)) == (3, "", f"ctick: {file}: {why}\n")
    assert list(home.iterdir()) == []


def test_inputs_that_cannot_be_read(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing file, a folder, a closed stdin, and no space for the copy."""
    missing = tmp_path / "none"
    assert run("import", str(missing)) == (3, "", f"ctick: no such file: {missing}\n")
    assert run("import", str(tmp_path)) == (3, "", f"ctick: {tmp_path} is a folder: name a file in it\n")
    assert run("import", "-", stdin=None) == (3, "", "ctick: stdin is closed: name a file, or pipe something in\n")
    assert run("import").code == 2

    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    assert run("import", "-", stdin=HEAD) == (
        6,
        "",
        "ctick: stdin can't be copied to the temporary folder (No space left on device): free some space,"
        " or set TMPDIR to another folder\n",
    )


# -- other exports ----------------------------------------------------------------------------


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("change", ["", "BOM", "CRLF", "blank lines"])
def test_compression_and_line_ends(saved: Run, tmp_path: Path, pack: Callable[[bytes], bytes], change: str) -> None:
    """Compressed, with a byte order mark, other line ends or trailing blank lines: still an export."""
    data = saved("export").out.encode()
    data = {
        "": data,
        "BOM": b"\xef\xbb\xbf" + data,
        "CRLF": data.replace(b"\n", b"\r\n"),
        "blank lines": data + b"\n\n",
    }[change]
    file, other = tmp_path / "all", str(tmp_path / "other.db")
    file.write_bytes(pack(data))
    assert saved("import", str(file), "-q", "--db", other) == (0, "", "")
    assert saved("export", "--db", other) == saved("export")


def test_filtered_joined_and_truncated_exports(saved: Run, tmp_path: Path) -> None:
    """What is present is imported; exit 1 and a message if snapshots are or may be missing."""
    rows = saved("export").out.splitlines(keepends=True)

    def imported(*lines: str) -> tuple[int, str]:
        code, _, err = saved("import", "-", "-q", "--db", str(tmp_path / "other.db"), stdin="".join(lines))
        return code, err

    assert imported(*rows) == (0, "")
    assert imported(*rows, *rows) == (0, "ctick: stdin: it contains 2 exports\n")
    cut = "ctick: stdin: its last line is missing, so it was cut or filtered; everything present was imported\n"
    assert imported(*rows[:3]) == (1, cut)
    assert imported(*rows[2:4]) == (1, f"ctick: stdin: its first line is missing\n{cut}")
    assert imported(*rows[:2], *rows[3:]) == (
        1,
        "ctick: stdin: it has 3 of 4 snapshots, so it was cut, filtered or joined; everything present was imported\n",
    )
    assert imported(HEAD, *rows[1:3]) == (0, "")
    assert len(saved("export", "--db", str(tmp_path / "other.db")).out.splitlines()) == 6


def test_an_older_ctick_refuses_it_as_too_new(saved: Run) -> None:
    """By the version in its first line, the only thing that an older one checks."""
    assert json.loads(saved("export").out.splitlines()[0]) == {"ctick": "export", "version": 2}


@pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/zero")
@pytest.mark.parametrize("source", ["/dev/zero", "/dev/urandom"])
def test_endless_input_is_refused_early(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    """Before much of it is in the temporary folder."""
    sizes: list[int] = []

    class Copy(io.BytesIO):
        def write(self, data: "Buffer") -> int:
            sizes.append(len(memoryview(data)))
            return super().write(data)

    monkeypatch.setattr(tempfile, "TemporaryFile", Copy)
    code, out, err = run("import", source)
    assert (code, out) == (3, "")
    assert re.match(rf"ctick: {source}: line \d+ is ", err)
    assert sum(sizes) < 1 << 17


def test_a_slow_pipe_locks_nothing(saved: Run, home: Path) -> None:
    """While an import waits for its pipe, others can save."""
    with subprocess.Popen(
        [sys.executable, "-m", "ctick", "import", "-", "-q"], stdin=subprocess.PIPE, env={"HOME": str(home)}, text=True
    ) as process:
        assert process.stdin is not None
        process.stdin.write(FIRST + line("2025-12-18", ("KGS", "0.01144")))
        process.stdin.flush()
        time.sleep(0.5)
        assert saved("snapshot", "-", "-q", stdin=page("KGS 0.01149 0%", "19 December 2025")).code == 0
        process.stdin.write(last(1))
        process.stdin.close()
        assert process.wait(30) == 0
    assert saved("export").out.splitlines()[-1] == last(6).rstrip()


@pytest.mark.parametrize("day", ["0001-01-01", "2025-12-16", "9999-12-31"])
@pytest.mark.parametrize("rate", ["0." + "0" * 39 + "1", "1" * 40, "87.5"])
def test_every_imported_rate_can_be_used(run: Run, day: str, rate: str) -> None:
    """Every command handles each day and rate that an import accepts, and it survives a round trip."""
    seen_at = "2999-12-31T23:59:59.999999Z"
    row = json.loads(line(day, ("KGS", rate), ("KZT", rate), source="own-1"))
    assert run("import", "-", "-q", stdin=HEAD + json.dumps({**row, "seen_at": seen_at}) + "\n") == (0, "", "")
    span = ["--since", "0001-01-01", "--until", "9999-12-31"]
    for argv in (
        ["rates"], ["rates", "--source", "own-1", "-o", "table"], ["rates", "-o", "line"], ["convert", "5", "KGS", "KZT"],
        ["convert", "1", "USD", "-o", "table"], ["convert", "5", "KGS", "--source", "own-1", "--date", day],
        ["history", *span, "--source", "own-1"], ["history", *span, "-o", "table", "--source", "own-1"],
        ["history", *span, "--days", "weekly", "--source", "own-1"], ["history", *span, "--days", "monthly", "-o", "json"],
        ["history", "KGS", *span, "--chart", "--source", "own-1"], ["history", "KGS", *span, "--svg", "-"],
        ["export", "-o", "beancount"], ["export", "-o", "qalc"], ["export", "-o", "units"], ["doctor"], ["sources"],
    ):  # fmt: skip
        result = run(*argv)
        assert result.code in (0, 2, 4), (argv, result)
    again = ("snapshot", "-", "-q", "--source", "own-1", "--date", day, "--force")
    assert run(*again, stdin=page("KGS 0.01149 0%", None))[0] == 0
    assert run("import", "-", "-q", stdin=run("export").out) == (0, "", "")
    assert run("doctor").code == 0
    assert run("forget", day, "--source", "own-1", "-q").code == 0


def test_quiet_import(run: Run) -> None:
    """-q prints no summary."""
    assert run("import", "-", "-q", stdin=HEAD + line("2025-12-16", ("KGS", "0.01144"))) == (0, "", "")


def test_formats_of_other_tools(saved: Run) -> None:
    """The last rate of each day and currency; of several sources, the most precise one."""
    assert saved("import", "-", "-q", stdin=HEAD + line("2025-12-16", ("KGS", "0.0114"), source="other")).code == 0
    out = saved("export", "-o", "ledger").out.splitlines()
    assert out[0] == "P 2025-12-10 KGS 0.01144 USD  ; timesca, 0.011435 to 0.011445"
    assert out[5:7] == [
        "P 2025-12-16 KGS 0.01150 USD  ; timesca, 0.011495 to 0.011505",
        "P 2025-12-16 KZT 0.00194 USD  ; timesca, 0.001935 to 0.001945",
    ]
    assert out[10:] == ["P 2025-12-17 KGS 0.01143670 USD  ; cbr, 0.011436685 to 0.011436713"]
    assert saved("export", "-o", "qalc").out.startswith(
        "# KGS/USD of 17 Dec 2025, cbr, 0.011436685 to 0.011436713\n1 KGS = 0.01143670 USD\n"
    )
    assert saved("export", "-o", "csv") == (
        2,
        "",
        "ctick: -o csv is not an export format: choose one of jsonl, beancount, ledger, qalc, units, markdown\n",
    )


def test_formats_of_history(saved: Run) -> None:
    """The requested days, one line per day."""
    out = saved("history", "KGS", "--since", "2025-12-14", "--until", "2025-12-16", "-o", "beancount").out
    assert out == (
        "2025-12-14 price KGS 0.01143 USD  ; timesca (bundled), 0.011425 to 0.011435\n"
        "2025-12-16 price KGS 0.01150 USD  ; timesca, 0.011495 to 0.011505\n"
    )
    table = saved("history", "KGS", "--since", "2025-12-16", "--until", "2025-12-16", "-o", "markdown").out
    assert table.splitlines()[2:] == ["| KGS/USD | 0.01150 | 2025-12-16 | timesca | 0.011495 to 0.011505 |"]


# -- many -------------------------------------------------------------------------------------

MANY = """
import re, sys
from ctick.__main__ import main
code = main(sys.argv[1:])
with open("/proc/self/status") as status:  # not getrusage, which includes the parent's peak
    print(re.search(r"VmHWM:\\s*(\\d+)", status.read())[1], file=sys.stderr)
sys.exit(code)
"""


def write_many(file: Path, count: int) -> None:
    """Writes `count` snapshots with five quotes each, from four sources, on up to 50,000 days."""
    import datetime as dt

    with file.open("w") as out:
        out.write(FIRST)
        for number in range(count):
            day = dt.date(1900, 1, 1) + dt.timedelta(days=number // 4)
            rate = f"0.0{1000 + number % 9000}"
            quotes = [(code, rate) for code in ("KGS", "KZT", "TJS", "UZS", "TMT")]
            out.write(line(str(day), *quotes, second=number % 60, source=f"source{number % 4}"))
        out.write(last(count))


def through(folder: Path, count: int) -> tuple[float, float, int]:
    """Imports and exports in separate processes: the seconds of each, and the larger peak of memory in MiB."""
    first, second, db = folder / "first", folder / "second", str(folder / "db")
    write_many(first, count)
    took, peaks = [], []
    for argv, out in ((["import", str(first), "--db", db], None), (["export", "--db", db], second)):
        begun = time.monotonic()
        with (out or folder / "nothing").open("wb") as stdout:
            done = subprocess.run(
                [sys.executable, "-c", MANY, *argv], stdout=stdout, stderr=subprocess.PIPE, text=True, check=True
            )
        took.append(time.monotonic() - begun)
        peaks.append(int(done.stderr.split()[-1]) // 1024)
    assert second.read_bytes() == first.read_bytes()
    return took[0], took[1], max(peaks)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_two_thousand_snapshots(tmp_path: Path) -> None:
    """10,000 quotes go in and come out as the same bytes."""
    assert through(tmp_path, 2_000)[2] < 48


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_million_quotes_in_flat_memory(tmp_path: Path) -> None:
    """200,000 snapshots need no more memory than 2,000, apart from SQLite's cache."""
    (tmp_path / "few").mkdir()
    few = through(tmp_path / "few", 2_000)
    many = through(tmp_path, 200_000)
    print(f"import {many[0]:.1f} s, export {many[1]:.1f} s, {many[2]} MiB (of 2,000: {few[2]} MiB)")  # noqa: T201 - it is for this figure that the test is run
    assert many[2] < few[2] + 16
