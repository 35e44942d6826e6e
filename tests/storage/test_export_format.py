"""Exports: read back without loss, and nothing else passes for one."""

import copy
import datetime as dt
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctick.capture import Capture
from ctick.currencies import FIVE
from ctick.errors import InputError
from ctick.model import Leg, Quote, Snapshot, quotes_from_text
from ctick.sources.parsing import snapshot_via
from ctick.storage.completeness import Completeness
from ctick.storage.export_format import export_lines, read_export

DAY = dt.date(2025, 12, 16)
HEADER = b'{"ctick": "export", "version": 1}\n'
FIRST = b'{"ctick": "export", "version": 2}\n'
LEGS = (
    Leg("KGS", "RUB", 10, Decimal("9.0870"), Decimal("0.0001")),
    Leg("USD", "RUB", 1, Decimal("79.4495"), Decimal("0.0001"), dt.date(2025, 12, 15)),
)


def seen(second: int) -> str:
    return f"2025-12-16T05:00:{second:02}.000000Z"


def snapshot(figures: str, second: int = 0, source: str = "timesca", day: dt.date = DAY) -> Snapshot:
    return Snapshot(source, day, quotes_from_text(figures), seen(second))


ALL = [
    snapshot("KGS 0.01144 0;KZT 0.00194 -0;TMT 0.28490", 1),
    snapshot("KGS 0.01150 0", 2),
    Snapshot("cbr", DAY, (Quote.derived("KGS", LEGS),), seen(3)),
    Snapshot("x.y_z-1", dt.date(2024, 2, 29), (Quote.derived("UZS", (Leg("USD", "UZS", 1, Decimal("12045.50"), Decimal("0.01")),)),), seen(4)),
]  # fmt: skip
GOOD = {
    "source": "timesca",
    "as_of": "2025-12-16",
    "seen_at": seen(0),
    "quotes": [{"base": "KGS", "rate": "0.01144", "change": "0"}],
}


def back(snapshots: list[Snapshot]) -> list[Snapshot]:
    return list(read_export(line.encode() for line in export_lines(snapshots)))


def test_an_export_is_read_back() -> None:
    """Digits, minus zeros, legs with other days, and when each was seen."""
    assert back(ALL) == ALL
    assert list(export_lines(ALL[:1])) == [
        FIRST.decode(),
        '{"source": "timesca", "as_of": "2025-12-16", "seen_at": "2025-12-16T05:00:01.000000Z", "quotes": '
        '[{"base": "KGS", "rate": "0.01144", "change": "0"}, {"base": "KZT", "rate": "0.00194", "change": "-0"}, '
        '{"base": "TMT", "rate": "0.28490", "change": null}]}\n',
        '{"ctick": "end", "snapshots": 1}\n',
    ]


NUMBER = st.from_regex(r"(0|[1-9][0-9]{0,39})(\.[0-9]{1,40})?", fullmatch=True).filter(lambda text: Decimal(text) > 0)
CAPTURED_AT = st.datetimes().map(lambda moment: moment.isoformat(timespec="seconds") + "Z")
CHANGE = st.none() | st.from_regex(r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})?", fullmatch=True).map(Decimal)


@given(
    st.lists(
        st.builds(
            Snapshot,
            st.from_regex(r"[a-z0-9][a-z0-9._-]{0,31}", fullmatch=True),
            st.dates(),
            st.dictionaries(st.sampled_from(FIVE), st.tuples(NUMBER, CHANGE), min_size=1).map(
                lambda quotes: tuple(
                    Quote(code, Decimal(quotes[code][0]), quotes[code][1]) for code in FIVE if code in quotes
                )
            ),
            st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2999, 12, 31)).map(  # noqa: DTZ001
                lambda moment: moment.isoformat(timespec="microseconds") + "Z"
            ),
            capture=st.none() | st.builds(Capture, st.text(min_size=1).filter(str.isprintable), CAPTURED_AT),
        ),
        max_size=4,
    )
)
def test_every_rate_that_the_ticker_reader_accepts_is_read_back(snapshots: list[Snapshot]) -> None:
    """Rates of up to 40 digits on both sides of the point, which is what the ticker reader takes; and captures."""
    assert back(snapshots) == snapshots


def test_the_capture_is_in_two_fields_at_the_end() -> None:
    """Only of snapshots that have one, so that other exports are what they were."""
    capture = Capture("https://timesca.com/?q=\u0441\u043e\u043c", "2025-12-16T05:00:00Z")
    captured = Snapshot("timesca", DAY, ALL[1].quotes, seen(2), capture=capture)
    assert back([captured, ALL[1]]) == [captured, ALL[1]]
    assert list(export_lines([captured]))[1] == (
        '{"source": "timesca", "as_of": "2025-12-16", "seen_at": "2025-12-16T05:00:02.000000Z", "quotes": '
        '[{"base": "KGS", "rate": "0.01150", "change": "0"}], "url": "https://timesca.com/?q=\\u0441\\u043e\\u043c", '
        '"captured_at": "2025-12-16T05:00:00Z"}\n'
    )


def test_the_longest_url_of_a_capture_can_be_imported() -> None:
    """`ctick import` reads lines of up to 64 KiB, and each character may need twelve bytes."""
    capture = Capture("\U0001f4b0" * 4000, "2025-12-16T05:00:00Z")
    captured = Snapshot("timesca", DAY, ALL[0].quotes, seen(2), capture=capture)
    assert len(list(export_lines([captured]))[1]) < 1 << 16
    assert back([captured]) == [captured]


def test_derived_quotes_are_read_back() -> None:
    """Quotes through a third currency, and of a feed whose own currency is one of the five."""
    figures = {code: (Decimal(f"{place}.0870"), 10**place) for place, code in enumerate([*FIVE, "USD"]) if place}
    for via in ("RUB", "KGS", "KZT"):
        shot = snapshot_via("cbr", DAY, via, figures, Decimal("0.0001"))
        stamped = Snapshot(shot.source, shot.as_of, shot.quotes, seen(1))
        assert back([stamped]) == [stamped]


def changed(**change: object) -> bytes:
    return json.dumps({**GOOD, **change}).encode()


def quote(**change: object) -> bytes:
    return changed(quotes=[{"base": "KGS", "rate": "0.01144", "change": "0", **change}])


def captured(**change: object) -> bytes:
    return changed(**{"url": "https://x/", "captured_at": "2025-12-16T05:00:00Z", **change})


def without(name: str) -> bytes:
    return json.dumps({key: value for key, value in GOOD.items() if key != name}).encode()


def legs(*wrong: dict[str, object]) -> bytes:
    own = json.loads(list(export_lines(ALL[2:3]))[1])["quotes"][0]["legs"]
    return changed(quotes=[{"base": "KGS", "legs": [{**leg, **bad} for leg, bad in zip(own, wrong, strict=False)]}])


BAD = {
    "not JSON": (b"x", "is not a line of an export ('x')"),
    "a number": (b"17", "is not a line of an export ('17')"),
    "a list": (b"[]", "is not a line of an export ('[]')"),
    "cut short": (changed()[:40], 'is not a line of an export (\'{"source": "timesca", "as_of": "2025-12-\')'),
    "no UTF-8": (b'{"a": "\xff"}', 'is not a line of an export (\'{"a": "\ufffd"}\')'),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), None),
    "deep": (b"[" * 100_000, None),
    "escapes": (b"\x1b[31m\xe2\x80\xaeabc", "is not a line of an export ('\ufffd[31m\ufffdabc')"),
    "no source": (without("source"), "is not a snapshot (source is missing or not text)"),
    "no day": (without("as_of"), "is not a snapshot (as_of is missing or not text)"),
    "no seen_at": (without("seen_at"), "is not a snapshot (seen_at is missing or not text)"),
    "no quotes": (without("quotes"), "is not a snapshot (quotes is missing or not a list)"),
    "quotes: {}": (changed(quotes={}), "is not a snapshot (quotes is missing or not a list)"),
    "quotes: []": (changed(quotes=[]), "is not a snapshot (quotes is missing or not a list)"),
    "quotes: [1]": (changed(quotes=[1]), "is not a snapshot (quotes is missing or not a list)"),
    "source: 1": (changed(source=1), "is not a snapshot (source is missing or not text)"),
    "source: ''": (changed(source=""), "is not a snapshot ('' is not a valid source name)"),
    "hostile source": (changed(source="a\x1b[2J"), "is not a snapshot ('a\ufffd[2J' is not a valid source name)"),
    "source with a line": (changed(source="a\nb"), "is not a snapshot ('a b' is not a valid source name)"),
    "source like an option": (changed(source="-x"), "is not a snapshot ('-x' is not a valid source name)"),
    "Cyrillic source": (changed(source="сом"), "is not a snapshot ('сом' is not a valid source name)"),
    "long source": (changed(source="a" * 33), f"is not a snapshot ('{'a' * 33}' is not a valid source name)"),
    "no calendar day": (changed(as_of="2025-02-30"), "is not a snapshot ('2025-02-30' is not a date)"),
    "another form of day": (changed(as_of="20251216"), "is not a snapshot ('20251216' is not a date)"),
    "a week": (changed(as_of="2025-W51-2"), "is not a snapshot ('2025-W51-2' is not a date)"),
    "a day as number": (changed(as_of=20251216), "is not a snapshot (as_of is missing or not text)"),
    "seen at, local": (
        changed(seen_at="2025-12-16T05:00:00.000000"),
        "is not a snapshot (its seen_at '2025-12-16T05:00:00.000000' is not a UTC time with microseconds)",
    ),
    "seen at, a day": (
        changed(seen_at="2025-12-16"),
        "is not a snapshot (its seen_at '2025-12-16' is not a UTC time with microseconds)",
    ),
    "seen at, a word": (
        changed(seen_at="soon"),
        "is not a snapshot (its seen_at 'soon' is not a UTC time with microseconds)",
    ),
    "seen at the end of time": (
        changed(seen_at="9999-12-31T23:59:59.999999Z"),
        "is not a snapshot (its seen_at '9999-12-31T23:59:59.999999Z' is in the far future)",
    ),
    "seen at in the far future": (
        changed(seen_at="3000-01-01T00:00:00.000000Z"),
        "is not a snapshot (its seen_at '3000-01-01T00:00:00.000000Z' is in the far future)",
    ),
    "a source in capitals": (changed(source="CBR"), "is not a snapshot ('CBR' is not a valid source name)"),
    "an end of words": (b'{"ctick": "end", "snapshots": "3"}', None),
    "an end below nothing": (b'{"ctick": "end", "snapshots": -1}', None),
    "an end that is true": (b'{"ctick": "end", "snapshots": true}', None),
    "an end of nothing": (
        b'{"ctick": "end"}',
        "is not a count of snapshots (snapshots is missing or not a count)",
    ),
    "unknown currency": (quote(base="RUB"), "is not a snapshot ('RUB' is not one of KGS, KZT, TJS, UZS, TMT)"),
    "twice": (changed(quotes=GOOD["quotes"] * 2), "is not a snapshot (a currency is repeated or out of order)"),  # type: ignore[operator]
    "no rate": (changed(quotes=[{"base": "KGS"}]), "is not a snapshot (rate is missing or not text)"),
    "rate as a number": (quote(rate=0.01144), "is not a snapshot (rate is missing or not text)"),
    "rate: 0": (quote(rate="0.00"), "is not a snapshot ('0.00' is not above 0)"),
    "rate: -1": (quote(rate="-1"), "is not a snapshot ('-1' is not above 0)"),
    "rate: NaN": (quote(rate="NaN"), "is not a snapshot ('NaN' is not a number)"),
    "rate: bare NaN": (quote(rate="?").replace(b'"?"', b"NaN"), "is not a snapshot (rate is missing or not text)"),
    "rate: Infinity": (quote(rate="Infinity"), "is not a snapshot ('Infinity' is not a number)"),
    "rate: 1e5": (quote(rate="1e5"), "is not a snapshot ('1e5' is not a number)"),
    "rate: --1": (quote(rate="--1"), "is not a snapshot ('--1' is not a number)"),
    "rate: 1.": (quote(rate="1."), "is not a snapshot ('1.' is not a number)"),
    "rate: .5": (quote(rate=".5"), "is not a snapshot ('.5' is not a number)"),
    "rate: 00.5": (quote(rate="00.5"), "is not a snapshot ('00.5' is not a number)"),
    "rate: Arabic": (quote(rate="٣"), "is not a snapshot ('٣' is not a number)"),
    "rate: ''": (quote(rate=""), "is not a snapshot ('' is not a number)"),
    "rate: 42 digits": (quote(rate="1" * 42), f"is not a snapshot ('{'1' * 37}...' is not a number)"),
    "rate: 41 places": (quote(rate="0." + "1" * 41), f"is not a snapshot ('0.{'1' * 35}...' is not a number)"),
    "rate: a million digits": (quote(rate="1" * 10**6), f"is not a snapshot ('{'1' * 37}...' is not a number)"),
    "bare million digits": (b'{"source": ' + b"1" * 10**6 + b"}", None),
    "change: x": (quote(change="x"), "is not a snapshot ('x' is not a number)"),
    "change: 1": (quote(change=1), "is not a snapshot (change is missing or not text)"),
    "url alone": (changed(url="https://x/"), "is not a snapshot (captured_at is missing or not text)"),
    "url: null": (captured(url=None), "is not a snapshot (url is missing or not text)"),
    **{
        f"url: {url!r:.20}": (captured(url=url), "is not a snapshot (a url needs 1 to 4,000 printable characters)")
        for url in ("", "https://x/\n", "https://x/\x1b[2J", "https://x/\u202e", "https://x/\ud800", "x" * 4001)
    },
    **{
        f"captured_at: {moment}": (
            captured(captured_at=moment),
            "is not a snapshot (captured_at is not a UTC time like 2025-12-16T05:00:00Z)",
        )
        for moment in (
            "",
            "2025-12-16",
            "2025-12-16T05:00:00",
            "2025-12-16T05:00:00+00:00",
            "2025-12-16T05:00:00.000000Z",
            "2025-12-16T05:00Z",
            "2025-12-16 05:00:00Z",
            "20251216T050000Z",
            "2025-12-16T25:00:00Z",
            "2025-02-30T05:00:00Z",
        )
    },
    "legs: []": (changed(quotes=[{"base": "KGS", "legs": []}]), "is not a snapshot (legs is missing or not a list)"),
    "legs to nowhere": (legs({}), "is not a snapshot (its legs don't lead from KGS to USD)"),
    "legs apart": (legs({"quote": "EUR"}, {}), "is not a snapshot (its legs don't lead from KGS to USD)"),
    "legs of another": (legs({"base": "KZT"}, {}), "is not a snapshot (its legs don't lead from KGS to USD)"),
    "a leg in a store's form": (legs({"base": "K;S"}, {}), "is not a snapshot (a leg does not have two currencies)"),
    "a leg of nothing": (legs({"nominal": 0}, {}), "is not a snapshot (the leg KGS/RUB is impossible)"),
    "a leg of true": (legs({"nominal": True}, {}), "is not a snapshot (the leg KGS/RUB is impossible)"),
    "a leg below its quantum": (legs({"quantum": "18.174"}, {}), "is not a snapshot (the leg KGS/RUB is impossible)"),
    "a leg without value": (legs({"value": None}, {}), "is not a snapshot (value is missing or not text)"),
    "a leg of a bad day": (legs({"as_of": "x"}, {}), "is not a snapshot ('x' is not a date)"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_is_named(name: str) -> None:
    """Line and reason, in plain characters; the lines before it were read."""
    line, why = BAD[name]
    lines = iter([HEADER, changed() + b"\n", line + b"\n", changed() + b"\n"])
    found: list[Snapshot] = []
    with pytest.raises(InputError) as error:
        found.extend(read_export(lines))
    message = str(error.value)
    assert message.startswith("line 3 is not a ")
    assert message.endswith(": nothing was imported")
    assert message.isprintable()
    assert len(message) < 250
    assert why is None or message == f"line 3 {why}: nothing was imported"


HEADS = {
    b"": "no lines found, and an export has at least one: nothing was imported",
    b"\n \r\n": "no lines found, and an export has at least one: nothing was imported",
    b"x": "line 1 is not a line of an export ('x'): nothing was imported",
    b'{"ctick": "export", "version": 3}': "this was written by a newer ctick (version 3 of the format, this one reads 1 to 2):"
    " nothing was imported; upgrade ctick",
    **dict.fromkeys(
        (
            b"{}",
            b'{"ctick": "export", "version": 0}',
            b'{"ctick": "export", "version": true}',
            b'{"ctick": "export", "version": "1"}',
            b'{"ctick": "backup", "version": 1}',
            b'{"ctick": "end"}',
        ),
        'this is not an export of ctick (which starts with {"ctick": "export", "version": 2}): nothing was imported',
    ),
}


@pytest.mark.parametrize("head", HEADS, ids=[head.decode()[:36] for head in HEADS])
def test_the_first_line(head: bytes) -> None:
    """Files that are not exports, and exports of a later ctick, have different errors."""
    with pytest.raises(InputError) as error:
        list(read_export([head] if head else []))
    assert str(error.value) == HEADS[head]


ROW = changed() + b"\n"
WHOLE = FIRST + ROW + ROW + b'{"ctick": "end", "snapshots": 2}\n'
OLD = HEADER + ROW
LACKS_LAST = "its last line is missing, so it was cut or filtered"
PARTS: dict[str, tuple[bytes, int, str | None, str | None]] = {
    "whole": (WHOLE, 2, None, None),
    "of nothing": (FIRST + b'{"ctick": "end", "snapshots": 0}\n', 0, None, None),
    "old": (OLD, 1, None, None),
    "old, of nothing": (HEADER, 0, None, None),
    "two": (WHOLE + WHOLE, 4, "it contains 2 exports", None),
    "old and new": (OLD + WHOLE, 3, "it contains 2 exports", None),
    "new and old": (WHOLE + OLD + OLD, 4, "it contains 3 exports", None),
    "sorted": (b"".join(sorted((WHOLE + WHOLE).splitlines(True))), 4, "it contains 2 exports", None),
    "its first line only": (FIRST, 0, None, LACKS_LAST),
    "cut between lines": (FIRST + ROW + ROW, 2, None, LACKS_LAST),
    "the second one cut": (WHOLE + FIRST + ROW, 3, "it contains 2 exports", LACKS_LAST),
    "the first one cut": (FIRST + ROW + WHOLE, 3, "it contains 2 exports", LACKS_LAST),
    "without its first line": (WHOLE.partition(b"\n")[2], 2, "its first line is missing", None),
    "filtered": (ROW, 1, "its first line is missing", LACKS_LAST),
    "a line less": (
        WHOLE.replace(ROW, b"", 1), 1, None, "it has 1 of 2 snapshots, so it was cut, filtered or joined"
    ),
    "a line more": (
        OLD[len(HEADER):] + WHOLE, 3, None, "it has 3 of 2 snapshots, so it was cut, filtered or joined"
    ),
    "blank lines": (b"\n" + WHOLE.replace(b"\n", b"\n\n") + b" \t\n", 2, None, None),
    "CRLF": (WHOLE.replace(b"\n", b"\r\n"), 2, None, None),
    "BOM": (b"\xef\xbb\xbf" + WHOLE, 2, None, None),
    "two BOMs": ((b"\xef\xbb\xbf" + WHOLE) * 2, 4, "it contains 2 exports", None),
    "no line end": (WHOLE.rstrip(), 2, None, None),
}  # fmt: skip


@pytest.mark.parametrize("name", PARTS)
def test_missing_lines_are_noticed(name: str) -> None:
    """Exports that are whole, joined, filtered or cut between two lines are imported, with the right warning."""
    data, count, warning, missing = PARTS[name]
    completeness = Completeness()
    assert len(list(read_export(data.splitlines(keepends=True), completeness))) == count
    assert (completeness.warning(), completeness.missing()) == (warning, missing)


@pytest.mark.parametrize("data", [WHOLE, OLD])
def test_a_cut_record_is_refused(data: bytes) -> None:
    """Wherever an export is cut, it is refused or reported as incomplete; an old one only if the cut is within a line."""
    for end in range(1, len(data) - 1):
        completeness = Completeness()
        lines = data[:end].splitlines(keepends=True)
        is_whole = lines[-1].rstrip(b"\n") + b"\n" in (FIRST, HEADER, ROW)
        if is_whole:
            assert len(list(read_export(lines, completeness))) == max(0, len(lines) - 1)
            assert (completeness.missing() is None) == (data is OLD)
        else:
            with pytest.raises(InputError, match=f"^line {len(lines)} is truncated "):
                list(read_export(lines, completeness))


def test_no_export_is_refused_for_its_times() -> None:
    """What was seen in the far future by a clock that was wrong is written as the last time that is read."""
    late = Snapshot("timesca", DAY, ALL[0].quotes, "9999-12-31T23:59:59.999999Z")
    assert [shot.seen_at for shot in back([late])] == ["2999-12-31T23:59:59.999999Z"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.lists(st.binary(max_size=40), max_size=4),
    st.sampled_from(
        ["source", "as_of", "seen_at", "quotes", "base", "rate", "change", "legs", "value", "nominal", "quantum"]
    ),
    json_values,
)
def test_anything_else_is_an_input_error(lines: list[bytes], name: str, value: object) -> None:
    """Bytes of any kind, and exports with anything in any place: InputError, or a sound snapshot."""
    for content in (
        [*lines],
        [HEADER, *lines],
        [HEADER, _with(GOOD, name, value)],
        [HEADER, _with(json.loads(legs({}, {})), name, value)],
    ):
        try:
            found = list(read_export(content))
        except InputError:
            continue
        assert back(found) == found


def _with(row: object, name: str, value: object) -> bytes:
    """The row with `value` in every place of that name."""
    row = copy.deepcopy(row)
    places: list[object] = [row]
    while places:
        place = places.pop()
        if isinstance(place, dict):
            if name in place:
                place[name] = value
            places += [inner for key, inner in place.items() if key != name]
        elif isinstance(place, list):
            places += place
    return json.dumps(row).encode()
