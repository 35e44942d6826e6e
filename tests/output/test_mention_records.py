"""Mentions as tsv, csv, json and jsonl: every field, in the digits of the text and of the rate."""

import json

from mentioned import checked

from ctick.mentions.check import Checked
from ctick.output.mention_records import FIELDS, row
from ctick.output.records import lines

TEXT = "Every teacher gets\n50,000 KGS\n(around $576). That is 3 million\nUZS, or 5,000 som, or ₸ 3 ($0.0060), or 8 to 9 TMT."
MENTIONS = [
    checked(TEXT, "50,000 KGS", "50000", "KGS", "576", "ok", "", "0.6993", bundled=True),
    checked(TEXT, "3 million\nUZS", "3E+6", "UZS", "3.2E+7", "far off", "=a,\tb", "13233.33"),
    checked(TEXT, "5,000 som", "5000", None),
    checked(TEXT, "₸ 3", "3", "KZT", "0.0060", rate=False, is_range=True, is_list=True),
]


def text(output_format: str, mentions: list[Checked]) -> str:
    return "".join(lines(map(row, mentions), output_format, FIELDS))


def test_the_fields() -> None:
    """In this order; new ones only ever at the end."""
    assert ",".join(FIELDS) == (
        "line,column,offset,phrase,amount,code,printed,value,low,high,likely_low,likely_high,rate,as_of,source,"
        "verdict,range,list,difference,reason"
    )


def test_tsv() -> None:
    """One line each: empty where there is nothing, with plain numbers, and the phrase on the line."""
    assert text("tsv", MENTIONS) == (
        "2\t1\t19\t50,000 KGS\t50000\tKGS\t576\t572.00\t571.75\t572.25\t571.75\t572.25\t0.01144\t2025-12-10\ttimesca\tok\tfalse\tfalse\t0.6993\t\n"
        "3\t24\t53\t3 million UZS\t3000000\tUZS\t32000000\t240.00\t225.00\t255.00\t225.00\t255.00\t0.00008\t2025-12-10\ttimesca\tfar off\tfalse\tfalse\t13233.33\t=a, b\n"
        "4\t9\t71\t5,000 som\t5000\t\t\t\t\t\t\t\t\t\t\t\tfalse\tfalse\t\t\n"
        "4\t23\t85\t₸ 3\t3\tKZT\t0.0060\t\t\t\t\t\t\t\t\t\ttrue\ttrue\t\t\n"
    )


def test_csv() -> None:
    """With a header, and no cell that a spreadsheet takes for a formula."""
    header, first, second, *_ = text("csv", MENTIONS).splitlines()
    assert header == ",".join(FIELDS)
    assert first.startswith('2,1,19,"50,000 KGS",50000,KGS,576,572.00,')
    assert second.endswith(',far off,false,false,13233.33,"\'=a, b"')


def test_jsonl() -> None:
    """The phrase is exact, with its line end; what is not known is null; `bundled` only if it is true."""
    first, second, third, fourth = text("jsonl", MENTIONS).splitlines()
    assert first == (
        '{"line": 2, "column": 1, "offset": 19, "phrase": "50,000 KGS", "amount": 50000, "code": "KGS", "printed": 576, '
        '"value": 572.00, "low": 571.75, "high": 572.25, "likely_low": 571.75, "likely_high": 572.25, "rate": 0.01144, '
        '"as_of": "2025-12-10", "source": "timesca", "verdict": "ok", "range": false, "list": false, '
        '"difference": 0.6993, "reason": null, "bundled": true}'
    )
    assert '"phrase": "3 million\\nUZS", "amount": 3000000, "code": "UZS", "printed": 32000000,' in second
    assert '"printed": 0.0060, "value": null,' in fourth
    nothing = {name: json.loads(third)[name] for name in FIELDS[5:16]}
    assert nothing == dict.fromkeys(FIELDS[5:16])
    assert [json.loads(line)["bundled"] for line in (first, second, third, fourth) if "bundled" in line] == [True]


def test_json() -> None:
    """One array; hostile text is escaped."""
    phrase = "5\u202e\x1b\udcff KGS"
    (found,) = json.loads(text("json", [checked(phrase, phrase, "5", "KGS")]))
    assert found["phrase"] == phrase
    assert text("json", [checked(phrase, phrase, "5", "KGS")]).isascii()
    assert text("json", []) == "[]\n"
