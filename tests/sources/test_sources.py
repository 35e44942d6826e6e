"""Bytes of each source -> snapshots: every derived quote and its interval against the division by hand."""

import datetime as dt
import json
from collections.abc import Callable
from contextlib import suppress
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from pathlib import Path

import feedserver
import pytest
from feedserver import FIGURES, Rows
from hypothesis import given
from hypothesis import strategies as st

from ctick.errors import InputError
from ctick.model import Quote, Snapshot
from ctick.sources import cbr, cbu, fawaz, frankfurter, nbk, nbkr, nbt, parsing, timesca
from ctick.sources.contract import PartError
from ctick.sources.registry import DEFAULT, SOURCES

DAY = dt.date(2026, 5, 22)
DOWN, UP = Context(prec=60, rounding=ROUND_FLOOR), Context(prec=60, rounding=ROUND_CEILING)


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def via(rows: Rows, code: str, quantum: str) -> tuple[Fraction, Fraction, Fraction]:
    """By hand: low, value and high of (X / nominal) / (USD / nominal); X alone is the source's currency."""
    half = Fraction(quantum) / 2
    usd_nominal, usd = rows["USD"][0], Fraction(number(rows["USD"][1]))
    nominal, value = (rows[code][0], Fraction(number(rows[code][1]))) if code in rows else (1, None)
    lows = [(value - half) / nominal if value else Fraction(1), (usd - half) / usd_nominal]
    highs = [(value + half) / nominal if value else Fraction(1), (usd + half) / usd_nominal]
    exact = (value / nominal if value else Fraction(1)) / (usd / usd_nominal)
    return lows[0] / highs[1], exact, highs[0] / lows[1]


def check(quote: Quote | None, low: Fraction, exact: Fraction, high: Fraction) -> None:
    """A quote and its bounds are the fractions computed by hand; as decimals they are rounded outwards, after 200 digits."""
    assert quote is not None
    known = quote.interval
    assert [Fraction(*ratio) for ratio in (known.bottom, known.figure, known.top)] == [low, exact, high]
    assert 0 <= low - Fraction(quote.low) < low / 10**199
    assert 0 <= Fraction(quote.high) - high < high / 10**199
    assert abs(Fraction(quote.exact) - exact) < exact / 10**199
    assert quote.low < quote.rate < quote.high


@pytest.mark.parametrize(
    ("parse", "name", "quantum", "body"),
    [
        (cbr.parse, "cbr", "0.0001", feedserver.cbr(DAY, FIGURES["cbr"])),
        (cbu.parse, "cbu", "0.01", feedserver.cbu(DAY, FIGURES["cbu"])),
        (nbk.parse, "nbk", "0.01", feedserver.nbk(DAY, FIGURES["nbk"])),
        (nbt.parse, "nbt", "0.0001", feedserver.nbt(DAY, FIGURES["nbt"])),
    ],
)
def test_quotes_via_another_currency(
    parse: Callable[[bytes], list[Snapshot]], name: str, quantum: str, body: bytes
) -> None:
    """Every quote is the quotient of two legs, with the interval from both quanta; the legs are as published."""
    (snapshot,) = parse(body)
    assert (snapshot.source, snapshot.as_of) == (name, DAY)
    assert [quote.base for quote in snapshot.quotes] == list(SOURCES[name].covers)
    for quote in snapshot.quotes:
        check(quote, *via(FIGURES[name], quote.base, quantum))
        for leg in quote.legs:
            nominal, text = FIGURES[name][leg.base]
            assert (leg.nominal, f"{leg.value}", f"{leg.quantum}", leg.as_of) == (
                nominal,
                text.replace(",", "."),
                quantum,
                None,
            )
        assert Quote.from_text(quote.to_text()) == quote


@pytest.mark.parametrize(
    ("parse", "name", "body", "quanta"),
    [
        (fawaz.parse, "fawaz", feedserver.fawaz(DAY, FIGURES["fawaz"]), ["0.00000001"] * 5),
        (
            frankfurter.parse,
            "frankfurter",
            feedserver.frankfurter([DAY], FIGURES["frankfurter"]),
            ["0.01", "0.01", "0.0001", "1", "0.0001"],
        ),
    ],
)
def test_units_for_a_dollar(
    parse: Callable[[bytes], list[Snapshot]], name: str, body: bytes, quanta: list[str]
) -> None:
    """One inverted leg: 1 / value, between 1 / (value + half) and 1 / (value - half)."""
    (snapshot,) = parse(body)
    assert (snapshot.source, snapshot.as_of) == (name, DAY)
    for quote, quantum in zip(snapshot.quotes, quanta, strict=True):
        value, half = Fraction(FIGURES[name][quote.base][1]), Fraction(quantum) / 2
        assert quote.to_text() == f"{quote.base} =USD/{quote.base}:{FIGURES[name][quote.base][1]}:1:{quantum}"
        check(quote, 1 / (value + half), 1 / value, 1 / (value - half))


def test_uzs_of_cbr() -> None:
    """62.8322 RUB for 10000 UZS, 75.5273 RUB for a dollar."""
    (snapshot,) = cbr.parse(feedserver.cbr(dt.date(2026, 4, 25), FIGURES["cbr"]))
    quote = snapshot.quote("UZS")
    assert quote is not None
    exact = Decimal("62.8322") / 10000 / Decimal("75.5273")
    assert f"{quote.exact:.24f}" == f"{exact:.24f}"
    assert f"{exact:.12f}" == "0.000083191376"
    low = DOWN.divide(Decimal("62.83215"), Decimal("755273.5"))
    high = UP.divide(Decimal("62.83225"), Decimal("755272.5"))
    assert (f"{quote.low:.30f}", f"{quote.high:.30f}") == (f"{low:.30f}", f"{high:.30f}")
    assert quote.rate == Decimal("0.0000831914")


def test_timesca() -> None:
    """A page has the rates of its ticker; without a date below it, no date."""
    (snapshot,) = timesca.parse(feedserver.timesca(DAY, FIGURES["timesca"]))
    assert (snapshot.source, snapshot.as_of) == ("timesca", DAY)
    assert [(quote.base, f"{quote.rate}") for quote in snapshot.quotes] == [
        (code, value) for code, (_, value) in FIGURES["timesca"].items()
    ]
    assert timesca.parse(b"KGS/USD = 0.01144 0%\n")[0].as_of is None
    assert len(timesca.parse(b"<Html>KGS/USD = 0.01144 0%</Html>")) == 1


def test_nbkr_has_two_files() -> None:
    """The weekly legs are divided by the USD of the daily file; both dates are kept."""
    rows = FIGURES["nbkr"]
    weekly_day = DAY - dt.timedelta(days=1)
    daily, weekly = nbkr.parse(feedserver.nbkr(DAY, rows, "daily"), feedserver.nbkr(weekly_day, rows, "weekly"))
    assert (daily.as_of, weekly.as_of, daily.source, weekly.source) == (DAY, weekly_day, "nbkr", "nbkr")
    assert [[quote.base for quote in snapshot.quotes] for snapshot in (daily, weekly)] == [
        ["KGS", "KZT"],
        ["TJS", "UZS", "TMT"],
    ]
    for quote in (*daily.quotes, *weekly.quotes):
        check(quote, *via(rows, quote.base, "0.0001"))
    assert weekly.quotes[0].to_text() == "TJS =TJS/KGS:9.4148:1:0.0001 =USD/KGS:87.4500:1:0.0001:2026-05-22"


def test_nbkr_files_of_one_day() -> None:
    """Two files with one date are one snapshot, with all currencies that have a figure."""
    rows = dict(FIGURES["nbkr"])
    (snapshot,) = nbkr.parse(feedserver.nbkr(DAY, rows, "daily"), feedserver.nbkr(DAY, rows, "weekly"))
    assert (snapshot.source, snapshot.as_of) == ("nbkr", DAY)
    assert [quote.base for quote in snapshot.quotes] == ["KGS", "KZT", "TJS", "UZS", "TMT"]
    assert all(leg.as_of is None for quote in snapshot.quotes for leg in quote.legs)
    del rows["UZS"]
    weekly = feedserver.nbkr(DAY, rows, "weekly").replace(b'"TMT"', b'"KGS"')
    (snapshot,) = nbkr.parse(feedserver.nbkr(DAY, rows, "daily"), weekly)
    assert [quote.base for quote in snapshot.quotes] == ["KGS", "KZT", "TJS"]


@pytest.mark.parametrize("days", [8, -8])
def test_nbkr_more_than_a_week_apart(days: int) -> None:
    """The weekly file is ignored, and both dates are named; seven days are not too many."""
    rows = FIGURES["nbkr"]
    other = DAY + dt.timedelta(days=days)
    with pytest.raises(PartError) as caught:
        nbkr.parse(feedserver.nbkr(DAY, rows, "daily"), feedserver.nbkr(other, rows, "weekly"))
    assert str(caught.value) == (
        f"has a daily file dated 2026-05-22 and a weekly file dated {other}, more than 7 days apart:"
        " the weekly file was ignored"
    )
    assert [quote.base for quote in caught.value.snapshots[0].quotes] == ["KGS", "KZT"]
    near = DAY + dt.timedelta(days=days // 8 * 7)
    assert len(nbkr.parse(feedserver.nbkr(DAY, rows, "daily"), feedserver.nbkr(near, rows, "weekly"))) == 2


def test_many_days() -> None:
    """cbr's six lists and frankfurter's rows: a snapshot a day, with the same figures as the answer for a day."""
    days = [DAY - dt.timedelta(days=1), DAY]
    bodies = [feedserver.cbr_dynamic(name, days, FIGURES["cbr"]) for name in cbr.IDS]
    snapshots = cbr.parse_range(*bodies)
    assert [snapshot.as_of for snapshot in snapshots] == days
    assert snapshots[1] == cbr.parse(feedserver.cbr(DAY, FIGURES["cbr"]))[0]
    several = frankfurter.parse(feedserver.frankfurter(days, FIGURES["frankfurter"]))
    assert [snapshot.as_of for snapshot in several] == days


def test_a_day_of_a_range_needs_usd_and_one_of_the_five() -> None:
    """cbr: a day with only one of the two is left out, and so is a list without its currency."""
    days = [DAY + dt.timedelta(days=number) for number in range(4)]
    usd, kgs, kzt = (
        feedserver.cbr_dynamic(name, of, FIGURES["cbr"])
        for name, of in (("R01235", days[:2]), ("R01370", days[1:]), ("R01335", days[2:]))
    )
    nameless = kzt.replace(b' ID="R01335"', b"")
    (snapshot,) = cbr.parse_range(usd, kgs, kzt, nameless)
    assert (snapshot.as_of, [quote.base for quote in snapshot.quotes]) == (days[1], ["KGS"])


def test_rows_of_other_pairs_and_without_a_number() -> None:
    """frankfurter: they are left out, in any position."""
    other = [("EUR", "KGS", 102.5), ("USD", "EUR", 0.85), *(("USD", "KZT", no) for no in (None, "515", True, 0, -515))]
    rows = [
        {"date": f"{DAY}", "base": base, "quote": code, "rate": rate}
        for base, code, rate in [*other, ("USD", "KGS", 87.45), *other]
    ]
    (snapshot,) = frankfurter.parse(json.dumps(rows).encode())
    assert [quote.to_text() for quote in snapshot.quotes] == ["KGS =USD/KGS:87.45:1:0.01"]


def test_rows_with_different_dates() -> None:
    """frankfurter: a snapshot for each date."""
    body = feedserver.frankfurter([DAY], {"KGS": (1, "87.45")})[:-1] + b","
    body += feedserver.frankfurter([dt.date(2026, 5, 23)], {"UZS": (1, "12005")})[1:]
    first, second = frankfurter.parse(body)
    assert (first.as_of, [quote.base for quote in first.quotes]) == (DAY, ["KGS"])
    assert (second.as_of, [quote.base for quote in second.quotes]) == (dt.date(2026, 5, 23), ["UZS"])


@pytest.mark.parametrize(
    ("rate", "quantum"),
    [("5000.5", "1"), ("5000", "0.01"), ("80.01", "0.01"), ("80", "0.001"), ("20.001", "0.001"), ("20", "0.0001")],
)
def test_frankfurter_rounds_by_size(rate: str, quantum: str) -> None:
    """Above 5000 to whole numbers, above 80 to two places, above 20 to three, above 1 to four."""
    assert frankfurter.quantum_of(Decimal(rate)) == Decimal(quantum)


@pytest.mark.parametrize(
    "value", ["NaN", "-86.4", "0", "0.0000", "0.00005", "1e5", "1e999999999", "", "abc", "٨٦", "1_000", "--1"]
)
def test_a_row_that_is_not_a_number(value: str) -> None:
    """It is left out, the others are read; an exponent hides the published digits."""
    rows = {**FIGURES["cbr"], "KGS": (100, value)}
    good = feedserver.cbr(DAY, FIGURES["cbr"])
    body = good.replace(b"86,4125", value.encode("windows-1251", "xmlcharrefreplace"))
    for bad in (body, good.replace(b"<Value>86,4125</Value>", b"")):
        assert [quote.base for quote in cbr.parse(bad)[0].quotes] == ["KZT", "TJS", "UZS", "TMT"]
    assert [quote.base for quote in cbu.parse(feedserver.cbu(DAY, {**rows, "USD": (1, "9.5")}))[0].quotes][:1] == [
        "UZS"
    ]
    if value in ("NaN", "-86.4", "0", "0.0000", "1e5", "1e999999999"):
        answer = feedserver.fawaz(DAY, {**FIGURES["fawaz"], "KGS": (1, value)})
        assert [quote.base for quote in fawaz.parse(answer)[0].quotes] == ["KZT", "TJS", "UZS", "TMT"]


def test_thirty_characters_are_a_number() -> None:
    """In JSON and in XML; a longer number is left out."""
    value = "87." + "4" * 27
    for parse, feed in ((fawaz.parse, feedserver.fawaz), (nbt.parse, feedserver.nbt)):
        read, left_out = [
            parse(feed(DAY, {**FIGURES[feed.__name__], "KGS": (1, kgs)}))[0].quote("KGS")
            for kgs in (value, value + "4")
        ]
        assert read is not None
        assert (f"{read.legs[0].value}", left_out) == (value, None)


@pytest.mark.parametrize("nominal", ["0", "-1", "1.5", "", "x", "1e3", "12345678"])
def test_nominals_are_positive_whole_numbers(nominal: str) -> None:
    """A row with another nominal is left out."""
    body = feedserver.nbt(DAY, FIGURES["nbt"]).replace(b"<Nominal>100<", f"<Nominal>{nominal}<".encode())
    assert [quote.base for quote in nbt.parse(body)[0].quotes] == ["KGS", "KZT", "TJS", "TMT"]


@pytest.mark.parametrize(
    ("parse", "body", "message"),
    [
        (cbr.parse, b"<ValCurs>Error in parameters</ValCurs>", "has no rates ('Error in parameters')"),
        (cbr.parse, b"<ValCurs/>", "has no rates ('')"),
        (cbr.parse, f"<ValCurs>\u202e{'x' * 100}</ValCurs>".encode(), f"has no rates ('\ufffd{'x' * 56}...')"),
        (cbr.parse, b"<rates/>", "begins with <rates>, not <ValCurs>"),
        (cbr.parse, b"<" + b"r" * 50 + b"/>", f"begins with <{'r' * 27}...>, not <ValCurs>"),
        (cbr.parse, b'<ValCurs Date="' + b"1" * 50 + b'"/>', f"has no valid date ('{'1' * 27}...')"),
        (cbr.parse, b'<ValCurs Date="31.02.2026"/>', "has no valid date ('31.02.2026')"),
        (cbr.parse, b'<ValCurs Date="25.04.2026"/>', "has no readable rate for USD"),
        (cbr.parse, feedserver.cbr(DAY, {"USD": (1, "75,5273")}), "has none of the five currencies"),
        (nbt.parse, b"\xef\xbb\xbf <!doctype HTML><p>", "is an HTML page, not rates"),
        (nbt.parse, b"\n<HTML><p>", "is an HTML page, not rates"),
        (nbt.parse, b'<?xml version="1.0"?><!DocType a [<!ENTITY b "c">]><ValCurs/>', "has a DOCTYPE, which ctick does not accept"),
        (nbt.parse, b"\n", "is empty"),
        (nbt.parse, '<?xml version="1.0" encoding="utf-16"?><ValCurs/>'.encode("utf-16"), "is not valid XML (it has an unusual encoding)"),
        (nbt.parse, b'<?xml version="1.0" encoding="cp037"?><ValCurs/>', "is not valid XML (unknown encoding: line 1, column 30)"),
        (cbu.parse, b" \n", "is empty"),
        (cbu.parse, b" \n<p>", "is an HTML page, not rates"),
        (cbu.parse, b'<?xml version="1.0"?><ValCurs/>', "is not valid JSON"),
        (cbu.parse, b"{}", "is not a list of rates"),
        (cbu.parse, b"[1]", "is not a list of rates"),
        (cbu.parse, b"[" * 100_000, "is not valid JSON"),
        (cbu.parse, b'[{"Ccy":"USD","Date":"01.04.2026"},{"Ccy":"KGS","Date":"02.04.2026"}]', "has rates of several days, or of none of the five currencies"),
        (fawaz.parse, b'{"date":"2025-12-16","usd":{"eur":0.85}}', "has none of the five currencies"),
        (fawaz.parse, b'[{"usd":{"kgs":87.46}}]', "is not a table of rates for USD"),
        (fawaz.parse, b'{"date":"2025-12-16","usd":[87.46]}', "is not a table of rates for USD"),
        (fawaz.parse, b'{"usd":{"kgs":87.46}}', "has no valid date ('None')"),
        (frankfurter.parse, b'{"status":422,"message":"bad \\u001b[31mdate"}', "is an error message: bad \ufffd[31mdate"),
        (frankfurter.parse, b'{"message":"' + b"x" * 100 + b'"}', f"is an error message: {'x' * 77}..."),
        (frankfurter.parse, b"{}", "is not a list of rates"),
        (frankfurter.parse, b"[1]", "is not a list of rates"),
        (frankfurter.parse, b'[{"base":"EUR","quote":"KGS","rate":1,"date":"2026-05-22"}]', "has none of the five currencies against USD"),
        (timesca.parse, b" \n", "is empty"),
        (timesca.parse, b"<HTML>KGS/USD = 1 0%<br>", "is truncated: </html> is missing"),
        (timesca.parse, b"<p>KGS/USD = x</p>", "has no readable ticker line"),
    ],
)  # fmt: skip
def test_bad_answers(parse: Callable[[bytes], list[Snapshot]], body: bytes, message: str) -> None:
    """The root, the shape, the date and the currencies are checked, each with its message."""
    with pytest.raises(InputError) as caught:
        parse(body)
    assert str(caught.value) == message


def test_numbers_of_json_are_decimals_or_nothing() -> None:
    """They keep their digits; none is a float."""
    assert repr(parsing.parse_json(b"[1.50, 20, -0, NaN, -Infinity, 1e5, 1E5]")) == (
        "[Decimal('1.50'), Decimal('20'), Decimal('-0'), None, None, None, None]"
    )


def test_an_answer_without_rates() -> None:
    """An empty list or table is a valid answer."""
    assert cbu.parse(b"[]") == []
    assert frankfurter.parse(b"[]") == []
    assert nbk.parse(feedserver.nbk(DAY, {})) == []


GOOD = [
    feedserver.timesca(DAY, FIGURES["timesca"]),
    feedserver.cbr(DAY, FIGURES["cbr"]),
    feedserver.cbr_dynamic("R01717", [DAY], FIGURES["cbr"]),
    feedserver.cbu(DAY, FIGURES["cbu"]),
    feedserver.frankfurter([DAY], FIGURES["frankfurter"]),
    feedserver.fawaz(DAY, FIGURES["fawaz"]),
    feedserver.nbk(DAY, FIGURES["nbk"]),
    feedserver.nbkr(DAY, FIGURES["nbkr"], "daily"),
    feedserver.nbt(DAY, FIGURES["nbt"]),
]
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9), st.just("KGS")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["date", "usd", "kgs", "base", "quote", "rate", "Ccy", "Rate", "Nominal", "Date"]), inner),
    ),
)  # fmt: skip


@given(
    st.one_of(
        st.binary(max_size=60),
        JSON.map(lambda value: json.dumps(value).encode()),
        st.tuples(st.sampled_from(GOOD), st.integers(0, 900), st.integers(0, 900), st.binary(max_size=5)).map(
            lambda parts: parts[0][: parts[1]] + parts[3] + parts[0][parts[2] :]
        ),
    )
)
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    """A source gives snapshots with positive rates, or InputError."""
    for source in SOURCES.values():
        spans = [(source.parse_range, len(source.range_files))] if source.parse_range else []
        for parse, count in [(source.parse, len(source.files)), *spans]:
            snapshots = []
            with suppress(InputError):
                snapshots = parse(*[body] * count)
            assert all(quote.rate > 0 for snapshot in snapshots for quote in snapshot.quotes)


def test_the_registry() -> None:
    """Each source is under its name, and the default ones are among them."""
    assert [source.name for source in SOURCES.values()] == list(SOURCES)
    assert set(DEFAULT) <= set(SOURCES)


def test_recorded_answers(shared: Path) -> None:
    """The samples give the figures that they contain."""
    samples = shared / "feeds" / "samples"

    def of(name: str) -> bytes:
        return (samples / name).read_bytes()

    def rates(snapshot: Snapshot) -> dict[str, str]:
        return {quote.base: f"{quote.rate}" for quote in snapshot.quotes}

    (one,) = cbr.parse(of("cbr_XML_daily_2026-04-25.xml"))
    assert (one.as_of, rates(one)) == (
        dt.date(2026, 4, 25),
        {"KGS": "0.01144123", "KZT": "0.002160437", "TJS": "0.1060366", "UZS": "0.0000831914", "TMT": "0.2857139"},
    )
    (one,) = cbu.parse(of("cbu_json_all_2026-04-01.json"))
    assert rates(one)["TMT"] == "0.3311145"
    (one,) = frankfurter.parse(of("RECONSTRUCTED_frankfurter_v2_rates_USD.json"))[:1]
    assert (one.as_of, list(rates(one))) == (DAY, ["KGS", "KZT", "TJS", "TMT"])
    assert fawaz.parse(of("fawaz_usd_2025-12-16.json")) == fawaz.parse(of("fawaz_usd_2025-12-16.min.json"))
    (one,) = nbk.parse(of("nbk_get_rates_2026-04-01.xml"))
    assert list(rates(one)) == ["KGS", "KZT", "TJS", "UZS"]
    assert nbk.parse(of("RECONSTRUCTED_nbk_get_rates_future_no_items.xml")) == []
    daily, weekly = nbkr.parse(of("nbkr_daily_2026-05-24.xml"), of("nbkr_weekly_2026-05-23.xml"))
    assert (daily.as_of, weekly.as_of, rates(weekly)["TMT"]) == (
        dt.date(2026, 5, 24),
        dt.date(2026, 5, 23),
        "0.2857141",
    )
    (one,) = nbt.parse(of("nbt_export_xml_2026-05-20.xml"))
    assert rates(one) == {
        "KGS": "0.0114356",
        "KZT": "0.0021192",
        "TJS": "0.1071949",
        "UZS": "0.00008297",
        "TMT": "0.285717",
    }
    with pytest.raises(InputError, match="Error in parameters"):
        cbr.parse(of("cbr_XML_daily_error.xml"))
    with pytest.raises(InputError, match="is an error message: invalid date"):
        frankfurter.parse(of("RECONSTRUCTED_frankfurter_v2_error_422.json"))
    assert cbr.parse_range(of("cbr_XML_dynamic_R01717_UZS_2026-03.xml")) == []  # no USD, no quote
