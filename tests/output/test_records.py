"""Rows as tsv, csv, json and jsonl: whole lines, exactly the decimals' digits."""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctick.capture import Capture
from ctick.model import DatedQuote, Leg, Quote, Snapshot
from ctick.output.records import CONVERT_FIELDS, RATE_FIELDS, Row, conversion_row, lines, rate_row, snapshot_rows
from ctick.rates.conversion import convert, convert_at

DAY = dt.date(2025, 12, 16)
TMT = DatedQuote(Quote("TMT", Decimal("0.28490"), Decimal("-0")), DAY, "timesca", "2025-12-16T12:00:00.000000Z")
UZS = DatedQuote(Quote("UZS", Decimal("8E-5")), None, "cbu")
SHIPPED = DatedQuote(
    Quote("KGS", Decimal("0.01144"), Decimal("0.00")), DAY - dt.timedelta(days=6), "timesca", bundled=True
)


def text(rows: list[Row], output_format: str, fields: tuple[str, ...] = RATE_FIELDS) -> str:
    return "".join(lines(rows, output_format, fields))


RATES = {
    "tsv": "TMT\tUSD\t0.28490\t0.00001\t-0\t2025-12-16\ttimesca\t2025-12-16T12:00:00.000000Z\n"
    "UZS\tUSD\t0.00008\t0.00001\t\t\tcbu\t\n"
    "KGS\tUSD\t0.01144\t0.00001\t0.00\t2025-12-10\ttimesca\t\n",
    "csv": "base,quote,rate,step,change,as_of,source,seen_at\n"
    "TMT,USD,0.28490,0.00001,-0,2025-12-16,timesca,2025-12-16T12:00:00.000000Z\n"
    "UZS,USD,0.00008,0.00001,,,cbu,\n"
    "KGS,USD,0.01144,0.00001,0.00,2025-12-10,timesca,\n",
    "jsonl": '{"base": "TMT", "quote": "USD", "rate": 0.28490, "step": 0.00001, "change": -0, "as_of": "2025-12-16",'
    ' "source": "timesca", "seen_at": "2025-12-16T12:00:00.000000Z"}\n'
    '{"base": "UZS", "quote": "USD", "rate": 0.00008, "step": 0.00001, "change": null, "as_of": null,'
    ' "source": "cbu", "seen_at": null}\n'
    '{"base": "KGS", "quote": "USD", "rate": 0.01144, "step": 0.00001, "change": 0.00, "as_of": "2025-12-10",'
    ' "source": "timesca", "seen_at": null, "bundled": true}\n',
}
RATES["json"] = "[\n" + RATES["jsonl"].strip().replace("\n", ",\n") + "\n]\n"


@pytest.mark.parametrize("output_format", RATES)
def test_rates_in_each_format(output_format: str) -> None:
    """Fields in order, no exponents, empty or null if unknown."""
    assert text([rate_row(TMT), rate_row(UZS), rate_row(SHIPPED)], output_format) == RATES[output_format]


def test_without_rows_json_and_csv_are_still_valid() -> None:
    """An empty array, and a header."""
    empty = {output_format: text([], output_format) for output_format in ("tsv", "csv", "json", "jsonl")}
    assert empty == {
        "tsv": "",
        "csv": "base,quote,rate,step,change,as_of,source,seen_at\n",
        "json": "[]\n",
        "jsonl": "",
    }


def test_lines_are_written_as_rows_come() -> None:
    """No line waits for the next row."""

    def rows() -> Iterator[Row]:
        yield {"n": 1}
        raise AssertionError("the second row was read")

    first = {output_format: next(lines(rows(), output_format, ("n",))) for output_format in ("tsv", "json", "jsonl")}
    assert first == {"tsv": "1\n", "json": '[\n{"n": 1}', "jsonl": '{"n": 1}\n'}


def test_a_conversion_as_json() -> None:
    """A cross rate has legs, the date of the older one, both sources, and the bounds that are likely six days later."""
    quotes = {"KGS": SHIPPED, "TMT": DatedQuote(TMT.quote, DAY, "cbr")}
    row = conversion_row(convert(Decimal("1E+6"), "KGS", "TMT", quotes, DAY), DAY)
    assert text([row], "jsonl", CONVERT_FIELDS) == (
        '{"amount": 1000000, "from": "KGS", "to": "TMT", "value": 40154.44, "low": 40136.18, "high": 40172.70,'
        ' "rate": 0.04015, "as_of": "2025-12-10", "source": "timesca+cbr", "age_days": 6, "likely_low": 39831.28,'
        ' "likely_high": 40477.62, "bundled": true, "legs":'
        ' [{"base": "KGS", "quote": "USD", "rate": 0.01144, "step": 0.00001, "change": 0.00, "as_of": "2025-12-10",'
        ' "source": "timesca", "seen_at": null, "bundled": true},'
        ' {"base": "TMT", "quote": "USD", "rate": 0.28490, "step": 0.00001, "change": -0, "as_of": "2025-12-16",'
        ' "source": "cbr", "seen_at": null}]}\n'
    )
    assert text([row], "tsv", CONVERT_FIELDS) == (
        "1000000\tKGS\tTMT\t40154.44\t40136.18\t40172.70\t0.04015\t2025-12-10\ttimesca+cbr\t6\t39831.28\t40477.62\n"
    )


def test_conversions_without_a_quote() -> None:
    """The user's own rate has no date; one currency to itself not even a source."""
    own = conversion_row(convert_at(Decimal(5), "KGS", "USD", Decimal("0.0120")), DAY)
    same = conversion_row(convert(Decimal(5), "KGS", "KGS", {}, DAY), DAY)
    assert text([own, same], "tsv", CONVERT_FIELDS) == (
        "5\tKGS\tUSD\t0.06000\t0.06000\t0.06000\t0.0120\t\town\t\t0.06000\t0.06000\n5\tKGS\tKGS\t5.00\t5.00\t5.00\t1\t\t\t\t5.00\t5.00\n"
    )
    assert text([same], "jsonl") == (
        '{"amount": 5, "from": "KGS", "to": "KGS", "value": 5.00, "low": 5.00, "high": 5.00, "rate": 1,'
        ' "as_of": null, "source": null, "age_days": null, "likely_low": 5.00, "likely_high": 5.00}\n'
    )


def test_a_snapshot_has_a_row_for_each_quote() -> None:
    """With the date, source and age of the snapshot."""
    snapshot = Snapshot("timesca", DAY, (TMT.quote, UZS.quote), "2025-12-16T12:00:00.000000Z")
    assert text(snapshot_rows(snapshot), "tsv") == (
        "TMT\tUSD\t0.28490\t0.00001\t-0\t2025-12-16\ttimesca\t2025-12-16T12:00:00.000000Z\n"
        "UZS\tUSD\t0.00008\t0.00001\t\t2025-12-16\ttimesca\t2025-12-16T12:00:00.000000Z\n"
    )


def test_a_capture_is_in_the_last_two_fields() -> None:
    """In json and jsonl, of every row, also of a derived rate; other formats keep their columns."""
    capture = Capture('https://x/?a="b"&c=\u202e', "2025-12-16T05:00:00Z")
    derived = Quote.derived("KGS", (Leg("USD", "KGS", 1, Decimal("87.45"), Decimal("0.01")),))
    rows = snapshot_rows(Snapshot("timesca", DAY, (derived, TMT.quote), capture=capture))
    last = '"url": "https://x/?a=\\"b\\"&c=\\u202e", "captured_at": "2025-12-16T05:00:00Z"}'
    first, second = text(rows, "jsonl").splitlines()
    assert first.endswith(f'"as_of": null}}], {last}')
    assert second == (
        '{"base": "TMT", "quote": "USD", "rate": 0.28490, "step": 0.00001, "change": -0, "as_of": "2025-12-16",'
        f' "source": "timesca", "seen_at": null, {last}'
    )
    for output_format in ("tsv", "csv"):
        assert "x/?" not in text(rows, output_format)


def test_values_of_any_type_can_be_written() -> None:
    """Booleans, integers and lists look the same in a cell as in json."""
    row: Row = {"yes": True, "count": 3, "list": [{"rate": Decimal("8E-5")}], "none": None}
    assert text([row], "tsv", tuple(row)) == 'true\t3\t[{"rate": 0.00008}]\t\n'
    assert text([row], "csv", tuple(row)) == 'yes,count,list,none\ntrue,3,"[{""rate"": 0.00008}]",\n'
    assert text([row], "jsonl") == '{"yes": true, "count": 3, "list": [{"rate": 0.00008}], "none": null}\n'


FOREIGN = {
    "a,b": ("a,b", '"a,b"', '"a,b"'),
    'say "so"': ('say "so"', '"say ""so"""', '"say \\"so\\""'),
    "a\tb\r\nc": ("a b  c", "a b  c", '"a\\tb\\r\\nc"'),
    "\x1b[31mred\x7f": ("\ufffd[31mred\ufffd", "\ufffd[31mred\ufffd", '"\\u001b[31mred\\u007f"'),
    "a\u202eb": ("a\ufffdb", "a\ufffdb", '"a\\u202eb"'),
    "a\x9bb": ("a\ufffdb", "a\ufffdb", '"a\\u009bb"'),
    "a\ud800b": ("a\ufffdb", "a\ufffdb", '"a\\ud800b"'),
    "банк \\ ₸": ("банк \\ ₸", "банк \\ ₸", '"банк \\\\ ₸"'),
}


@pytest.mark.parametrize("source", FOREIGN)
def test_foreign_text_is_safe_to_print(source: str) -> None:
    """No tab ends a field, no escape sequence reaches a terminal; json escapes what isn't printable."""
    row: Row = {"source": source}
    tsv, quoted, string = FOREIGN[source]
    assert text([row], "tsv", ("source",)) == f"{tsv}\n"
    assert text([row], "csv", ("source",)) == f"source\n{quoted}\n"
    assert text([row], "jsonl") == f'{{"source": {string}}}\n'


VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40)
    | st.text(st.characters(exclude_categories=[]), max_size=20)
)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.fixed_dictionaries({"one": VALUES, "two": VALUES}), max_size=4))
def test_json_can_be_read_back(rows: list[dict[str, object]]) -> None:
    """The same values, numbers to the last digit; json and jsonl alike, and all printable."""
    written = text(list(rows), "json")
    read = json.loads(written, parse_float=str, parse_int=str)
    assert read == [json.loads(line, parse_float=str, parse_int=str) for line in text(list(rows), "jsonl").splitlines()]
    wanted = [
        {name: f"{item:f}" if isinstance(item, Decimal) else str(item) if type(item) is int else item for name, item in row.items()}
        for row in rows
    ]  # fmt: skip
    assert read == wanted
    assert written.replace("\n", "").isprintable()


@settings(deadline=None, max_examples=150)
@given(st.lists(st.fixed_dictionaries({"one": VALUES, "two": VALUES}), max_size=4))
def test_csv_and_tsv_have_the_right_rows_and_cells(rows: list[dict[str, object]]) -> None:
    """The csv module reads back the cells of tsv, whatever they contain."""
    fields = ("one", "two")
    read = list(csv.reader(io.StringIO(text(list(rows), "csv", fields), newline="")))
    cells = [line.split("\t") for line in text(list(rows), "tsv", fields).split("\n")[:-1]]
    for row, own in zip(rows, cells, strict=True):
        for place, name in enumerate(fields):
            if isinstance(row[name], str) and own[place][:1] in ("=", "+", "-", "@"):
                own[place] = "'" + own[place]
    assert read == [list(fields), *cells]
    assert {len(row) for row in read} == {2}


def test_no_cell_of_csv_is_a_formula() -> None:
    """Text that a spreadsheet would run gets an apostrophe; numbers stay numbers."""
    rows: list[Row] = [{"one": "=1+1", "two": Decimal("-0.5")}, {"one": "@a", "two": "-b"}, {"one": "a=b", "two": "+1"}]
    assert text(rows, "csv", ("one", "two")) == "one,two\n'=1+1,-0.5\n'@a,'-b\na=b,'+1\n"


def test_numbers_survive_the_standard_library() -> None:
    """0.28490 keeps its zero and -0 its sign."""
    (row,) = json.loads(text([rate_row(TMT)], "json"), parse_float=Decimal, parse_int=Decimal)
    assert (str(row["rate"]), str(row["step"]), str(row["change"])) == ("0.28490", "0.00001", "-0")
