"""`ctick snapshot` and `ctick forget`."""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from advised import not_ours
from conftest import PAGE_10, PAGE_16, SEED_10, SEED_16, Run, page

from ctick import clock
from ctick.capture import Capture
from ctick.commands.input_reader import InputReader
from ctick.currencies import FIVE
from ctick.model import Snapshot

ON_16 = ("--date", "2025-12-16")

NEWER = "newer rates exist (21 February 2026, bundled); 'ctick rates --date {day}' shows this day\n"

BAD_INVERSE = page("KGS 87.45 0%; KZT 0.00194 -0%", "16 December 2025")


def rates(run: Run, *argv: str) -> list[str]:
    return [line.split("\t")[2] for line in run("rates", "-q", *argv).out.splitlines()]


def test_revisions(run: Run) -> None:
    """The same day with other rates is a revision; the last one seen counts, even if it was seen before."""
    other = PAGE_16.replace("0.01144", "0.01150")
    assert run("snapshot", "-", stdin=PAGE_16).err.startswith("1 snapshot of 16 December 2025: 1 new, 0 known;")
    assert run("snapshot", "-", stdin=other).err.startswith("1 snapshot of 16 December 2025: 1 new, 0 known;")
    assert rates(run, "KGS", *ON_16) == ["0.01150"]
    assert run("snapshot", "-", stdin=PAGE_16).err.startswith("1 snapshot of 16 December 2025: 0 new, 1 known;")
    assert rates(run, "KGS", *ON_16) == ["0.01144"]
    run("snapshot", "-", stdin=PAGE_16 + other + PAGE_16 + other)
    assert rates(run, "KGS", *ON_16) == ["0.01150"]


def test_files_and_stdin(run: Run, tmp_path: Path) -> None:
    """Several inputs at once, counted together."""
    (tmp_path / "a").write_text(PAGE_16)
    result = run("snapshot", str(tmp_path / "a"), "-", stdin=PAGE_10)
    assert result == (
        0,
        "",
        "2 snapshots of 2 days (10 Dec 2025 to 16 Dec 2025): 2 new, 0 known; 10 quotes from 80 lines, 70 repeats\n"
        + NEWER.format(day="2025-12-16"),
    )


def test_other_pairs_are_counted(run: Run) -> None:
    """Pairs other than the five are skipped and counted."""
    text = page("KGS 0.01144 0%; RUB 0.01240 0%", "16 December 2025", repeats=2)
    assert run("snapshot", "-", stdin=text).err == (
        "1 snapshot of 16 December 2025: 1 new, 0 known; 1 quote from 2 lines, 1 repeat; 2 lines of other pairs skipped\n"
        + NEWER.format(day="2025-12-16")
    )


def test_undated_blocks_are_not_saved(run: Run) -> None:
    """No date is guessed: exit 3, or 1 if other blocks were saved; with --date they are saved."""
    undated = page(SEED_16, None)
    message = "ctick: stdin: a snapshot has no date: give one with --date 2025-12-16, or --date today\n"
    assert run("snapshot", "-", stdin=undated) == (3, "", message)
    mixed = run("snapshot", "-", stdin=PAGE_10 + undated)
    assert mixed == (
        1,
        "",
        f"{message}1 snapshot of 10 December 2025: 1 new, 0 known; 5 quotes from 80 lines, 70 repeats\n"
        + NEWER.format(day="2025-12-10"),
    )
    assert run("snapshot", "-", "--date", "2025-12-17", "-q", stdin=undated) == (0, "", "")
    assert rates(run, "KZT", "--date", "2025-12-10") == ["0.00193"]
    assert rates(run, "KZT", "--date", "2025-12-17") == ["0.00194"]
    assert run("snapshot", "-", "--date", "today", "-q", stdin=undated).code == 0
    assert "\t2026-02-22\t" in run("rates", "KGS").out


def test_an_impossible_date_is_ignored(run: Run) -> None:
    """31 February 2026 dates nothing."""
    result = run("snapshot", "-", stdin=page("KGS 0.01144 0%", "31 February 2026"))
    assert result.code == 3
    assert result.err.startswith(
        "ctick: stdin:9:1: can't read the date '31 February 2026': the block above it is undated\n"
    )


def test_a_broken_page_is_refused(run: Run) -> None:
    """The whole snapshot, with a message that names the command to save it anyway."""
    result = run("snapshot", "-", stdin=BAD_INVERSE)
    assert result == (
        3,
        "",
        "ctick: refused timesca rates of 16 December 2025: KGS/USD = 87.45 is above 1 USD, probably a broken page;"
        " if it is right, save it with 'ctick snapshot --force -'\n",
    )
    assert run("snapshot", "-", stdin=BAD_INVERSE + PAGE_10).code == 1
    exported = run("export").out
    assert '"2025-12-10"' in exported
    assert '"2025-12-16"' not in exported


def test_many_refusals_are_counted(run: Run, tmp_path: Path) -> None:
    """One wrong rate makes ctick refuse years of right ones: the first twenty are named, for each source."""
    assert run("snapshot", "-", "-q", "--force", stdin=page("KGS 0.1", "2015-01-01")).code == 0
    for number in range(30):
        text = "".join(page("KGS 0.01144", f"2015-{number // 10 + 2:02}-{day:02}", 1) for day in range(1, 11))
        (tmp_path / f"{number}.txt").write_text(text)
    result = run("snapshot", *[str(tmp_path / f"{number}.txt") for number in range(30)])
    lines = result.err.splitlines()
    assert (result.code, len(lines)) == (3, 21)
    assert lines[19].startswith("ctick: refused timesca rates of 10 February 2015: ")
    assert lines[20] == (
        "ctick: 280 more snapshots from timesca refused (1 Feb 2015 to 10 Apr 2015): do what the messages above say,"
        " and run the same command again; if all of these rates are right, with --force"
    )


def test_until_is_for_past_days(run: Run, tmp_path: Path, home: Path) -> None:
    """With a page it is an error, like --since; nothing is saved."""
    (tmp_path / "page.txt").write_text(PAGE_16)
    for option in ("--since", "--until"):
        example = f"snapshot cbr --since 2025-01-01{' --until 2025-01-01' * (option == '--until')}"
        assert run("snapshot", str(tmp_path / "page.txt"), option, "2025-01-01") == (
            2,
            "",
            f"ctick: {option} is for past days of sources: name one, as in 'ctick {example}'\n",
        )
    assert list(home.iterdir()) == []


def test_a_real_devaluation_does_not_stop_a_cron_job(run: Run) -> None:
    """Once forced, later pages are compared with the new level."""
    before = page("KZT 0.00194 0%", "23 February 2026")
    after = page("KZT 0.00097 0%", "24 February 2026")
    again = page("KZT 0.00098 0%", "25 February 2026")
    assert run("snapshot", "-", "-q", stdin=before).code == 0
    assert run("snapshot", "-", "-q", stdin=after).code == 3
    assert run("snapshot", "-", "-q", "--force", stdin=after).code == 0
    assert run("snapshot", "-", "-q", stdin=again).code == 0


def test_no_ticker_lines(run: Run, home: Path) -> None:
    """Exit 3, and no store is created."""
    assert run("snapshot", "-", stdin="nothing here\n").code == 3
    assert run("snapshot", str(home)).code == 3
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("content", [b"just a text file\n" * 100, b"\x00" * 5000])
def test_a_file_that_is_not_a_store(run: Run, tmp_path: Path, content: bytes) -> None:
    """Exit 6, what is wrong and what to do; the file is unchanged."""
    db = tmp_path / "store"
    db.write_bytes(content)
    for argv in (["convert", "5", "KGS"], ["rates"], ["snapshot", "-"], ["forget", "2025-12-16"]):
        result = run(*argv, "--db", str(db), stdin=PAGE_16)
        assert (result.code, result.out) == (6, "")
        assert result.err == f"ctick: the store {db} {not_ours(db)}\n"
    assert db.read_bytes() == content


def test_a_store_of_a_newer_version(run: Run, tmp_path: Path) -> None:
    """It is left alone: exit 6."""
    db = tmp_path / "store"
    run("snapshot", "-", "-q", "--db", str(db), stdin=PAGE_16)
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("PRAGMA user_version = 99")
    for argv in (["convert", "5", "KGS"], ["snapshot", "-"]):
        result = run(*argv, "--db", str(db), stdin=PAGE_10)
        assert (result.code, result.out) == (6, "")
        assert result.err.endswith("it was not changed; upgrade ctick\n")


def test_forget_deletes_a_day(run: Run) -> None:
    """Its snapshots are printed, then deleted, as if they had never been saved."""
    run("snapshot", "-", "-q", "--source", "mine", stdin=PAGE_16 + PAGE_10)
    result = run("forget", "2025-12-16")
    assert [line.split("\t")[:3] for line in result.out.splitlines()][:2] == [
        ["KGS", "USD", "0.01144"],
        ["KZT", "USD", "0.00194"],
    ]
    assert (result.code, result.err) == (0, "deleted 1 snapshot of 16 December 2025\n")
    assert rates(run, "KZT", "--source", "mine", *ON_16) == ["0.00193"]
    run("snapshot", "-", "-q", stdin=page("KGS 0.01144 0%", "15 December 2025"))
    assert run("forget", "2025-12-15", "-q").code == 0
    assert run("forget", "2025-12-15") == (
        4,
        "",
        "ctick: your store has no rates for 15 December 2025:"
        " 'ctick rates --date 2025-12-15' shows the rates used for that day\n",
    )


def test_forget_one_source(run: Run) -> None:
    """--source deletes only the snapshots of that source."""
    run("snapshot", "-", "-q", stdin=PAGE_16)
    run("snapshot", "-", "-q", "--source", "mine", stdin=PAGE_16)
    assert run("forget", "2025-12-16", "--source", "mine", "-q").code == 0
    assert rates(run, "--source", "timesca", "KGS", *ON_16) == ["0.01144"]
    assert run("rates", "--source", "mine").code == 4


def test_forget_does_not_delete_bundled_rates(run: Run) -> None:
    """The message says so."""
    run("snapshot", "-", "-q", stdin=PAGE_16)
    assert run("forget", "2026-02-21") == (
        4,
        "",
        "ctick: your store has no rates for 21 February 2026: bundled rates can't be deleted\n",
    )
    assert run("forget", "2026-02-21", "--source", "cbr").err == (
        "ctick: your store has no rates from cbr for 21 February 2026:"
        " 'ctick rates --date 2026-02-21' shows the rates used for that day\n"
    )
    assert run("forget", "sometime").code == 2


def test_forget_without_a_store(run: Run, home: Path) -> None:
    """None is created."""
    assert run("forget", "2024-01-01").code == 4
    assert list(home.iterdir()) == []


def test_only_repeats_are_counted_as_repeats(run: Run) -> None:
    """Refused and undated quotes are not repeats."""
    result = run("snapshot", "-", stdin=BAD_INVERSE + PAGE_10 + page("KGS 0.01144 0%", None, repeats=1))
    assert result.code == 1
    assert result.err.endswith(
        "1 snapshot of 10 December 2025: 1 new, 0 known; 5 quotes from 57 lines, 49 repeats\n"
        + NEWER.format(day="2025-12-10")
    )


def test_the_day_in_a_refusal_is_a_date(run: Run) -> None:
    """`today` would be another day when the command is pasted tomorrow."""
    err = run("snapshot", "-", "--date", "today", stdin=page("KGS 87.45 0%", None)).err
    assert err.endswith("if it is right, save it with 'ctick snapshot --force --date 2026-02-22 -'\n")


def test_a_printed_date_overrides_date(run: Run) -> None:
    """A warning says so."""
    result = run("snapshot", "-", "-q", "--date", "2025-01-01", stdin=PAGE_16)
    assert result == (0, "", "ctick: stdin: using its own date, 2025-12-16, instead of --date\n")


def test_in_a_folder_only_the_pages_without_a_date_need_one(run: Run, tmp_path: Path) -> None:
    """Thousands of others are not worth a line each."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "dated").write_text(PAGE_16)
    (tmp_path / "pages" / "undated").write_text(page("KGS 0.01144 0%", None))
    result = run("parse", "-r", "--date", "2025-12-10", str(tmp_path / "pages"))
    assert (result.code, result.err) == (0, "")
    assert [line.split("\t")[5] for line in result.out.splitlines()] == ["2025-12-16"] * 5 + ["2025-12-10"]


def test_a_day_in_the_future(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is saved and used from three days before it on; a message says so, a warning if it is far off."""
    argv = ("snapshot", "-", "--source", "x")
    far = run(*argv, "-q", stdin=page("KGS 0.01144 0%", "16 December 2030"))
    assert far.err == (
        "ctick: saved rates for 16 December 2030, which is in the future: check the date;"
        " they are not used before 13 December 2030\n"
    )
    near = page("KGS 0.01144 0%", "26 February 2026")
    assert run(*argv, stdin=near).err == (
        "1 snapshot of 26 February 2026: 1 new, 0 known; 1 quote from 8 lines, 7 repeats\n"
        "the rates of 26 February 2026 are not used before 23 February 2026\n"
    )
    assert run(*argv, "-q", stdin=near).err == ""
    assert run("rates", "--source", "x").code == 4
    monkeypatch.setattr(clock, "today", lambda: dt.date(2026, 2, 23))
    assert run("rates", "--source", "x").code == 0
    assert run(*argv, stdin=near).err.splitlines()[1:] == []


def test_the_last_occurrence_in_an_input_counts(run: Run) -> None:
    """Of A, B and A again, A is the current one."""
    other = PAGE_16.replace("0.01144", "0.01150")
    run("snapshot", "-", stdin=PAGE_16 + other + PAGE_16)
    assert rates(run, "KGS", *ON_16) == ["0.01144"]
    run("snapshot", "-", stdin=other + PAGE_16 + other)
    assert rates(run, "KGS", *ON_16) == ["0.01150"]


def test_two_runs_in_the_same_microsecond(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the clock stands still, what is seen later still counts as later."""
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    other = PAGE_16.replace("0.01144", "0.01150")
    for text, rate in ((PAGE_16, "0.01144"), (other, "0.01150"), (PAGE_16, "0.01144")):
        run("snapshot", "-", stdin=text)
        assert rates(run, "KGS", *ON_16) == [rate]


def newer(run: Run, text: str, *argv: str) -> str:
    """What `snapshot` says about a page after its counts."""
    result = run("snapshot", "-", *argv, stdin=text)
    assert (result.code, result.out) == (0, "")
    return result.err.partition("repeats\n")[2]


def test_the_days_that_were_saved_are_named(run: Run) -> None:
    """One day, or how many and from when to when; also of several snapshots of one day, and of a day to come."""
    other = PAGE_16.replace("0.01144", "0.01150")
    for text, said in (
        (PAGE_16, "1 snapshot of 16 December 2025: 1 new, 0 known; 5 quotes from 40 lines, 35 repeats"),
        (PAGE_16 + other, "2 snapshots of 16 December 2025: 1 new, 1 known; 10 quotes from 80 lines, 70 repeats"),
        (
            PAGE_16 + other + PAGE_10,
            "3 snapshots of 2 days (10 Dec 2025 to 16 Dec 2025): 1 new, 2 known; 15 quotes from 120 lines, 105 repeats",
        ),
        (
            page(SEED_16, "24 February 2026"),
            "1 snapshot of 24 February 2026: 1 new, 0 known; 5 quotes from 40 lines, 35 repeats",
        ),
    ):
        assert run("snapshot", "-", stdin=text).err.splitlines()[0] == said
    assert run("snapshot", "-", "-q", stdin=PAGE_16) == (0, "", "")


def test_newer_rates_are_named_with_the_command_that_shows_what_was_saved(run: Run, path: Path) -> None:
    """The last of several days, for this store; the date of what answers now."""
    db = ("--db", str(path))
    assert newer(run, PAGE_10 + PAGE_16, *db) == (
        f"newer rates exist (21 February 2026, bundled); 'ctick rates --date 2025-12-16 --db {path}' shows this day\n"
    )
    assert {line.split("\t")[5] for line in run("rates", "--date", "2025-12-16", "-q", *db).out.splitlines()} == {
        "2025-12-16"
    }
    assert newer(run, page(SEED_16, "22 February 2026"), *db) == ""
    assert newer(run, PAGE_16, *db) == (
        f"newer rates exist (22 February 2026); 'ctick rates --date 2025-12-16 --db {path}' shows this day\n"
    )


@pytest.mark.parametrize("day", ["22 February 2026", "24 February 2026"])
def test_what_answers_needs_no_such_line(run: Run, day: str) -> None:
    """Rates of today and ahead."""
    assert newer(run, page(SEED_16, day)) == ""


def test_only_the_currencies_that_were_saved_count(run: Run) -> None:
    """Newer rates of another currency say nothing; nor do newer ones while one of those saved answers."""
    run("snapshot", "-", "-q", "--source", "mine", stdin=page("KGS 0.01144 0%", "22 February 2026"))
    fine = page("UZS 0.0000832 0%", "15 February 2026")
    assert newer(run, fine, "--source", "mine") == ""
    assert rates(run, "UZS") == ["0.0000832"]
    both = page("KGS 0.01144 0%; UZS 0.0000832 0%", "15 February 2026")
    assert newer(run, both, "--source", "mine") == ""


@pytest.mark.parametrize("code", FIVE)
def test_the_newest_day_is_bundled_if_all_of_its_rates_are(run: Run, code: str) -> None:
    """Whichever currency has one of the user's own."""
    rate = next(figure.split()[1] for figure in SEED_16.split("; ") if figure.startswith(code))
    run("snapshot", "-", "-q", "--source", "mine", stdin=page(f"{code} {rate}4 0%", "21 February 2026"))
    assert (
        newer(run, PAGE_16) == "newer rates exist (21 February 2026); 'ctick rates --date 2025-12-16' shows this day\n"
    )


def test_a_refused_day_is_not_named(run: Run) -> None:
    """Only what was saved is."""
    result = run("snapshot", "-", stdin=PAGE_10 + BAD_INVERSE)
    assert result.code == 1
    assert "\n1 snapshot of 10 December 2025: 1 new" in result.err
    assert result.err.endswith(NEWER.format(day="2025-12-10"))


def test_what_was_saved_is_saved_if_the_rest_of_the_store_is_damaged(run: Run, path: Path) -> None:
    """The line about newer rates is left out."""
    mine = page(SEED_16, "22 February 2026")
    run("snapshot", "-", "-q", "--source", "mine", "--db", str(path), stdin=mine)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE snapshot SET quotes = 'KGS 9' WHERE source = 'mine'")
        connection.commit()
    result = run("snapshot", "-", "--db", str(path), stdin=page(SEED_10, "1 December 2023"))
    assert result == (0, "", "1 snapshot of 1 December 2023: 1 new, 0 known; 5 quotes from 40 lines, 35 repeats\n")
    assert run("convert", "5", "KGS", "--db", str(path)).code == 6


@pytest.mark.parametrize("days", [(1, 2, 3), (3, 2, 1), (2, 1, 3)])
def test_a_snapshot_is_saved_with_its_earliest_capture(
    run: Run, monkeypatch: pytest.MonkeyPatch, days: tuple[int, ...]
) -> None:
    """Of all records of a crawl that have it, in whatever order they come."""
    read = InputReader.snapshots_of

    def captured(reader: InputReader, name: str) -> Iterator[Snapshot]:
        for snapshot in read(reader, name):
            for day in days:
                capture = Capture(f"https://x/{day}", f"2025-12-1{day}T05:00:00Z")
                yield Snapshot(snapshot.source, snapshot.as_of, snapshot.quotes, capture=capture)

    monkeypatch.setattr(InputReader, "snapshots_of", captured)
    assert run("snapshot", "-", "-q", stdin=PAGE_16) == (0, "", "")
    assert '"url": "https://x/1", "captured_at": "2025-12-11T05:00:00Z"}' in run("export").out
