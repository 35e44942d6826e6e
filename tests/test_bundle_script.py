"""`tools/bundle.py`, which makes the bundled rates of a release."""

import datetime as dt
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ctick.model import Snapshot, quotes_from_text
from ctick.storage.export_format import export_lines

ROOT = Path(__file__).parents[1]
TICKER = (
    "2026-02-20\ttimesca\tKGS 0.01144 0;KZT 0.00200 0;TJS 0.10553 -0.19;UZS 0.00008 0;TMT 0.28571 0.28\n"
    "2026-02-21\ttimesca\tKGS 0.01143 0;KZT 0.00200 0;TJS 0.10593 0.09;UZS 0.00008 0;TMT 0.28575 0\n"
)
RATES = {"KGS": "87.45712429", "KZT": "500.23394101", "TJS": "9.43251007", "UZS": "11792.22406441", "TMT": "3.49982316"}


def line(day: str, **changed: str) -> str:
    quotes = [f"{code} =USD/{code}:{changed.get(code, rate)}:1:0.00000001" for code, rate in RATES.items()]
    return f"{day}\tfawaz\t{';'.join(quotes)}\n"


def answer(day: str, **changed: str | None) -> str:
    rates = {code.lower(): rate for code, rate in {**RATES, **changed}.items() if rate is not None}
    figures = ",".join([f'"{code}":{rate}' for code, rate in rates.items()])
    return f'{{"date":"{day}","usd":{{{figures}}}}}'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two days of the ticker and one of the open source."""
    path = tmp_path / "bundled.tsv"
    path.write_text(f"{TICKER}{line('2026-03-01')}3\n")
    return path


def bundle(file: Path, *argv: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools/bundle.py"), *argv, "--file", file.name],
        cwd=file.parent, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_a_newer_answer_replaces_the_day_of_the_open_source(file: Path) -> None:
    """The ticker's days stay; packed or not, the file is the same each time; what changed is printed."""
    (file.parent / "usd.json").write_text(answer("2026-04-02", KGS="87.5"))
    (file.parent / "usd.json.gz").write_bytes(gzip.compress(answer("2026-04-02", KGS="87.5").encode()))
    changed = (
        "fawaz: 1 March 2026 -> 2 April 2026\n"
        "  KGS 0.0114341742667 -> 0.0114285714286\n"
        "  KZT 0.00199906467358 -> 0.00199906467358\n"
        "  TJS 0.10601631937 -> 0.10601631937\n"
        "  UZS 0.00008480164509578 -> 0.00008480164509578\n"
        "  TMT 0.2857287224 -> 0.2857287224\n"
        "bundled.tsv: 3 snapshots\n"
    )
    assert bundle(file, "--as", "fawaz", "usd.json") == (0, changed, "")
    assert file.read_text() == f"{TICKER}{line('2026-04-02', KGS='87.5')}3\n"
    again = "fawaz of 2 April 2026 is bundled already\nbundled.tsv: 3 snapshots\n"
    assert bundle(file, "--as", "fawaz", "usd.json.gz") == (0, again, "")
    assert sorted(path.name for path in file.parent.iterdir()) == ["bundled.tsv", "usd.json", "usd.json.gz"]


def test_the_newest_day_of_exports_is_taken(file: Path) -> None:
    """Of all files, whatever other sources they have."""
    moment = "2026-05-01T00:00:00.000000Z"

    def export(name: str, *lines: str) -> None:
        rows = [Snapshot(source, dt.date.fromisoformat(day), quotes_from_text(text), moment) for day, source, text in
                (row.rstrip("\n").split("\t") for row in lines)]  # fmt: skip
        (file.parent / name).write_text("".join(export_lines(rows)))

    export("a.jsonl", line("2026-04-02"), line("2026-04-05"))
    export("b.jsonl", line("2026-04-03"), "2026-05-01\ttimesca\tKGS 0.01144\n", "2026-05-01\tcbr\tKGS 0.01144\n")
    (file.parent / "usd.json").write_text(answer("2026-04-04"))
    assert bundle(file, "a.jsonl", "b.jsonl", "--as", "fawaz", "usd.json")[0] == 0
    assert file.read_text() == f"{TICKER}{line('2026-04-05')}3\n"


TEN_TIMES = {code: f"{float(rate) * 10:.8f}" for code, rate in RATES.items() if code != "TMT"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("rubbish", "new: as an answer of fawaz, it is not valid JSON: name another file"),
        (answer("2026-02-28"), "fawaz of 28 February 2026 is older than what is bundled, of 1 March 2026"),
        (answer("2026-04-02", UZS=None), "new: as an answer of fawaz, it has no readable rate for UZS: get a new copy"),
        (
            answer("2026-04-02", TMT="18.5"),
            "new: TMT/USD = 0.05405405405 is more than 2% off the peg of 3.5 manat a dollar, and was not saved",
        ),
        (
            answer("2026-04-02", **TEN_TIMES),
            "fawaz of 2 April 2026: KGS/USD = 0.001143417426674 differs by more than a factor of 1.4 from"
            " 0.0114341742667, the rate of fawaz (bundled) on 1 March 2026",
        ),
        (answer("2999-01-01"), "new: as an answer of fawaz, it is dated 1 January 2999, more than 7 days in the future,"
            " and was not saved: name another file"),
    ],
)  # fmt: skip
def test_what_can_not_be_right_is_refused(file: Path, text: str, reason: str) -> None:
    """Exit 1 with the reason; the file stays as it is."""
    before = file.read_bytes()
    (file.parent / "new").write_text(text)
    assert bundle(file, "--as", "fawaz", "new") == (1, "", f"bundle.py: {reason}; bundled.tsv was not changed\n")
    assert file.read_bytes() == before


def test_wrong_files_are_refused(file: Path) -> None:
    """No export, an incomplete one, one without the open source, another source, no file at all, a damaged target."""
    folder = file.parent
    (folder / "text").write_text("no export\n")
    (folder / "cut").write_text('{"ctick": "export", "version": 2}\n')
    (folder / "none").write_text(
        '{"ctick": "export", "version": 2}\n' + json.dumps({"ctick": "end", "snapshots": 0}) + "\n"
    )
    ticker = quotes_from_text("KGS 0.01144;KZT 0.00200;TJS 0.10593;UZS 0.00008;TMT 0.28575")
    page = Snapshot("fawaz", dt.date(2026, 4, 2), ticker, "2026-04-02T00:00:00.000000Z")
    (folder / "page").write_text("".join(export_lines([page])))
    before = file.read_bytes()
    for argv, reason in (
        (["text"], "text: line 1 is not a line of an export"),
        (["cut"], "cut: "),
        (["none"], "no rates of fawaz were given: name an export that has some, or --as fawaz FILE"),
        (["--as", "cbr", "text"], "the rates of cbr may not be bundled: only those of fawaz are CC0"),
        (["missing"], "no such file: missing; "),
        (
            ["page"],
            "fawaz of 2 April 2026 was read from ticker text (snapshot --source fawaz), not from its own answer",
        ),
        ([], "no rates of fawaz were given"),
    ):
        code, out, err = bundle(file, *argv)
        assert (code, out) == (1, "")
        assert err.startswith(f"bundle.py: {reason}")
        assert err.endswith("; bundled.tsv was not changed\n")
    assert file.read_bytes() == before
    (folder / "usd.json").write_text(answer("2026-04-02"))
    file.write_text(TICKER)
    assert bundle(file, "--as", "fawaz", "usd.json")[0] == 1
    assert file.read_text() == TICKER
