"""HTML gives what its text gives; tags, comments and scripts leave nothing behind but lines."""

from collections.abc import Callable

import pytest
from conftest import PAGE_10, PAGE_16, SEED_10, SEED_16
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import strip_markup

from ctick.errors import InputError
from ctick.model import quotes_to_text
from ctick.ticker.blocks import Block, ParseWarning
from ctick.ticker.scanner import read

Q16 = "KGS 0.01144 0;KZT 0.00194 -0;TJS 0.10877 -0;UZS 0.00008 0;TMT 0.28571 0"
Q10 = "KGS 0.01144 0;KZT 0.00193 -0;TJS 0.10811 -0.28;UZS 0.00008 0;TMT 0.28490 0"
BOTH = [("2025-12-16", [Q16]), ("2025-12-10", [Q10])]

Item = tuple[str | None, list[str]] | str


def read_text(text: str, cut: int = 0) -> list[Item]:
    """Blocks as (date, snapshots), warnings as they are printed."""
    data = text.encode()
    chunks = [data[start : start + cut] for start in range(0, len(data), cut)] if cut else [data]
    result: list[Item] = []
    for item in read(chunks):
        if isinstance(item, ParseWarning):
            result.append(f"{item.line}:{item.column}: {item.message}")
        else:
            day = item.as_of.isoformat() if item.as_of else None
            result.append((day, [quotes_to_text(quotes) for quotes in item.snapshots]))
    return result


def stripped(text: str, cut: int = 0) -> str:
    data = text.encode()
    chunks = [data[start : start + cut] for start in range(0, len(data), cut)] if cut else [data]
    return b"".join(strip_markup(chunks)).decode()


# -- the ticker in many styles ------------------------------------------------------------------


def lines_of(figures: str) -> list[tuple[str, str, str]]:
    return [(code, rate, change) for code, rate, change in map(str.split, figures.split("; "))] * 8


def spans(figures: str, date: str) -> str:
    """A list with the change in an element of its own."""
    items = [
        f'<li>• {c}/USD = {rate} <span class="change">{change}</span></li>' for c, rate, change in lines_of(figures)
    ]
    return f"<ul>{''.join(items)}</ul><p class=date>{date}</p>"


def pretty(figures: str, date: str) -> str:
    """The same over many lines of source, deep in the page."""
    deep = "\n" + " " * 60
    items = [
        f"{deep}<li{deep}  class='a'>{deep}  <b>{c}</b>/<b>USD</b>{deep} = {deep}<i>{rate}</i>{deep}<span>{change}</span>{deep}</li>"
        for c, rate, change in lines_of(figures)
    ]
    return f"<ul>{''.join(items)}{deep}</ul>{deep}<div>{deep}<time datetime='x'>{deep}{date}{deep}</time></div>"


def cells(figures: str, date: str) -> str:
    """A table, each part in a cell."""
    rows = [
        f"<tr><td>{c}/USD</td>\n<td>=</td><td>{rate}</td><td>{change}</td></tr>\n"
        for c, rate, change in lines_of(figures)
    ]
    return f"<TABLE>{''.join(rows)}</TABLE><H4>{date}</H4>"


def one_line(figures: str, date: str) -> str:
    """Inline elements only, all in one line."""
    items = [f"<span>{c}/USD = {rate} <em>{change}</em></span>" for c, rate, change in lines_of(figures)]
    return f"<div>{' '.join(items)}</div><div>{date}</div>"


def breaks(figures: str, date: str) -> str:
    """Text with line breaks in it."""
    return "".join(f"{c}/USD = {rate} {change}<br/>" for c, rate, change in lines_of(figures)) + f"{date}<br>"


def preformatted(figures: str, date: str) -> str:
    return (
        "<pre>" + "".join(f"  • {c}/USD = {rate} {change}\n" for c, rate, change in lines_of(figures)) + date + "</pre>"
    )


def entities(figures: str, date: str) -> str:
    """Every character as an entity, in all the ways there are."""
    text = "".join(f"{c}/USD = {rate} {change}|" for c, rate, change in lines_of(figures)) + date
    coded = "".join(
        "<br>" if char == "|" else (f"&#{ord(char)};", f"&#x{ord(char):x};")[n % 2] for n, char in enumerate(text)
    )
    return f"<p>&bull;&nbsp;&thinsp;{coded}</p>"


def named(figures: str, date: str) -> str:
    """Named entities for all that have a name."""
    names = {"/": "&sol;", "=": "&equals;", "-": "&minus;", " ": "&nbsp;", "%": "&percnt;", ".": "&period;"}
    text = "".join(f"&middot;{c}/USD = {rate} {change}|" for c, rate, change in lines_of(figures)) + date
    return "<p>" + "".join(names.get(char, char) for char in text).replace("|", "<br>") + "</p>"


def noisy(figures: str, date: str) -> str:
    """Comments, scripts, styles and templates with ticker lines between the real ones, and `>` in quotes."""
    fake = "\nKGS/USD = 9 9%\n"
    noise = (
        f"<!--{fake}<b>--><script type='a>b' x=\"y>{fake}\">{fake}'</b>' <!-- </script ><STYLE>{fake}</Style\n>"
        f"<template>{fake}</template><!--><!---><!-- a -- b{fake}--!>"
    )
    items = [
        f'{noise}<li title="5 > 3 {fake}" data-x=\'<li>">\'>{c}/USD = {rate} {noise}<b>{change}</b></li>'
        for c, rate, change in lines_of(figures)
    ]
    return f"<ul>{''.join(items)}</ul>{noise}<p>{date}</p>"


STYLES = [spans, pretty, cells, one_line, breaks, preformatted, entities, named, noisy]


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.__name__)
@pytest.mark.parametrize("whole", [False, True], ids=["fragment", "document"])
@pytest.mark.parametrize("cut", [0, 1, 13])
def test_styles(style: Callable[[str, str], str], whole: bool, cut: int) -> None:
    """However a page is written, it gives its five quotes and its date."""
    parts = [style(SEED_16, "16 December 2025"), style(SEED_10, "10 December 2025")]
    if whole:
        begin = "\ufeff<!DOCTYPE html>\r\n<html lang=en><head><title>Rates</title></head>\r\n<body>"
        parts = [f"{begin}{part}<p>News</p></body></html>\r\n" for part in parts]
    else:
        parts = [f"{part}<p>News</p>\n" for part in parts]
    assert read_text("".join(parts), cut) == BOTH


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("KGS/USD = 1 0%<br>KZT/USD = 2<br>9 Jan 2025<br>", "KGS/USD = 1 0%\nKZT/USD = 2\n9 Jan 2025\n"),
        ("<p>News</p><p>KGS/USD = 1 0%</p><p>KZT/USD = 2</p>", "News\nKGS/USD = 1 0%\nKZT/USD = 2\n"),
        ("<p>News KGS/USD = 1 0%</p><p>KZT/USD = 2</p>", "News KGS/USD = 1 0%\nKZT/USD = 2\n"),
        ("<p>1 = 2</p><p>KGS&nbsp;/&nbsp;USD&nbsp;=&nbsp;1&nbsp;0%</p>", "1 = 2\nKGS / USD = 1 0%\n"),
        ("<p>AB/CD = 1</p><p>KGS/USD = 1 0%</p><p>A/USD = 1</p>", "AB/CD = 1\nKGS/USD = 1 0%\nA/USD = 1\n"),
        ("<p>KGS/USD = 1 0%</p><p>5%</p><p>KZT/USD = 2</p>", "KGS/USD = 1 0%\n5%\nKZT/USD = 2\n"),
        (f"<p>{'x' * 9000}</p><p>KGS/USD = 1</p><p>{'y' * 9000}</p>", f"{'x' * 9000}\nKGS/USD = 1\n{'y' * 9000}\n"),
    ],
)
def test_blocks_of_html_are_those_of_its_text(markup: str, text: str) -> None:
    """Wherever in a line of the source they begin: the same quotes, dates and counts."""
    assert list(read([markup.encode()])) == list(read([text.encode()]))


def test_documents_among_text() -> None:
    """HTML ends with </html>: what follows is text again, and the other way round."""
    document = f"<html>{spans(SEED_16, '16 December 2025')}</html>\n"
    assert read_text(document + PAGE_10 + document) == [*BOTH, BOTH[0]]
    assert read_text(PAGE_16 + "<p>" + PAGE_10) == BOTH


@pytest.mark.parametrize(
    "row",
    [
        "<td>KGS/USD = 0.0.1</td><td>0%</td>",
        "<td>KGS/USD</td><td>=</td><td>0.0.1</td><td>-0.28%</td>",
        "<td>KGS/USD =</td><td>n/a</td>",
        "<td>KGS/USD =</td><td></td>",
        "<td>EUR/USD =</td><td></td>",
        "<td>EUR/USD</td><td>=</td><td>1.1.1</td><td>0%</td>",
    ],
)
def test_rows_that_cannot_be_read(row: str) -> None:
    """A bad row of a table takes neither the next row nor the date with it, wherever in the block it is."""
    good = "<tr><td>KZT/USD</td><td>=</td><td>2</td><td>-0%</td></tr>"
    block = ("2025-12-16", ["KZT 2 -0"])
    for rows in (f"<tr>{row}</tr>{good}", f"{good}<tr>{row}</tr>", f"{good}<tr>{row}</tr>{good}"):
        items = read_text(f"<table>{rows}</table><p>16 December 2025</p>")
        assert items[-1] == block
        assert [str(item).split("KGS")[0] for item in items[:-1]] == (
            ["1:1: skipped an unreadable ticker line: '"] if "KGS" in row else []
        )


@pytest.mark.parametrize(
    ("row", "excerpt"),
    [
        ("<td>KGS/USD = 0.01</td><td>144</td>", "0.01 144"), ("KGS/USD = 0.01\n144", "0.01 144"), ("KGS/USD = 0.01<b>144</b>", "0.01 144"),
        ("<td>KGS/USD = 0.01</td>\n <td>144</td><td>0%</td>", "0.01 144"), ("KGS/USD = 0.01<br>.5", "0.01 .5"), ("KGS/USD = 1<br>,01144", "1 ,01144"),
        ("<td>KGS/USD =</td><td>0.01</td><td>-5</td>", "0.01 -5"), ("<td>KGS/USD = 0.01</td><td>144 som</td>", "0.01 144 som"),
        ("KGS/USD = 0.01&#8203;144", "0.01\ufffd144"), ("KGS/USD = 0.01&nbsp;144", "0.01 144"), ("KGS/USD = 0.01&#49;,5", "0.011,5"),
        ("<td>KGS/USD = 0.01</td><td>144</td><td>146.5</td><td>+1%</td>", "0.01 144"), ("KGS/USD = 0.01\n144 0%", "0.01 144 0%"),
        ("KGS/USD = 0.01144 -<b>0</b>%", "0.01144 - 0 %"), ("KGS/USD = 0.01,<i>5</i>", "0.01, 5"), ("KGS/USD = 0.01<sup>144</sup>", "0.01 144"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("cut", [0, 1])
def test_figures_glued_or_cut_by_markup(row: str, excerpt: str, cut: int) -> None:
    """Digits behind a rate that are no per cent may be its own: the line is left out, and nothing else is."""
    good = "<tr><td>KZT/USD</td><td>=</td><td>2</td><td>-0%</td></tr>"
    date = "<p>16 December 2025</p>"
    for rows in (f"<tr>{row}</tr>{good}", f"{good}<tr>{row}</tr>", f"{good}<tr>{row}</tr>{good}"):
        (warning, block) = read_text(f"<table>{rows}</table>{date}", cut)
        assert str(warning).partition(": ")[2] == f"skipped an unreadable ticker line: 'KGS/USD = {excerpt}'"
        assert block == ("2025-12-16", ["KZT 2 -0"])


@pytest.mark.parametrize("change", ["0%", "-0.28%", "+5 %", "−1%"])
@pytest.mark.parametrize("between", ["</td><td>", "</td>\n<td>", "<br>", "\n", "</b><i>"])
def test_a_change_in_a_separate_element(change: str, between: str) -> None:
    """A per cent behind a rate is its change, wherever it stands."""
    sign = "-" if change[0] in "-−" else ""
    quote = f"KGS 0.01 {sign}{change.strip('-+− %')}"
    assert read_text(f"<td>KGS/USD = 0.01{between}{change}</td><p>16 December 2025</p>") == [("2025-12-16", [quote])]


@pytest.mark.parametrize(
    "date", ["16 December 2025", "2025-12-16", "16.12.2025", "16\nDecember\n2025", "16th December 2025, 12:00"]
)
@pytest.mark.parametrize("between", ["</p><p>", "<br>", "\n", "</td><td>"])
def test_a_date_after_a_rate_is_not_part_of_it(date: str, between: str) -> None:
    """Also if it can't be read."""
    assert read_text(f"<p>KGS/USD = 0.01{between}{date}</p>") == [("2025-12-16", ["KGS 0.01"])]
    assert read_text(f"<p>KGS/USD = 0.01{between}12/16/2025</p>")[1:] == [(None, ["KGS 0.01"])]


def test_a_rate_that_cannot_be_read_has_one_change() -> None:
    """A second one below it is none of the ticker's."""
    items = read_text("<p>KGS/USD = x</p><p>-5%</p><p>5%</p><p>KZT/USD = 2</p>")
    assert items[1:] == [(None, []), (None, ["KZT 2"])]


def test_places_are_those_of_the_source() -> None:
    """Lines are the source's, whatever tags, comments, scripts and entities stand above; the excerpt is text."""
    text = (
        "<!DOCTYPE html\n>\n<html><!--\n\n--><script>\n</script>\r\n<p\n class='\n'>a&#10;&NewLine;b\r<style>\n</style>\n"
        "    • KGS/USD = 0.0.1 0%<br>\n<td>KZT/USD</td>\n<td>=</td>\n<td>x</td>"
    )
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    assert read_text(text) == [
        f"{lines[: lines.index('KGS')].count(chr(10)) + 1}:5: skipped an unreadable ticker line: '• KGS/USD = 0.0.1 0%'",
        f"{lines[: lines.index('KZT')].count(chr(10)) + 1}:1: skipped an unreadable ticker line: 'KZT/USD = x'",
        (None, []),
    ]


def test_excerpt_of_parts_over_lines() -> None:
    """An excerpt shows the line as a reader of the page sees it."""
    items = read_text("<p>KGS/USD\n  =\n<b>0.0.1</b></p><p>x</p>")
    assert items == ["1:1: skipped an unreadable ticker line: 'KGS/USD = 0.0.1'", (None, [])]


# -- tags and text ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "", "no tag", "a < b > c", "5 <6 & 7> 2", "<", "<<<>>>", "<>", "</>", "<3 and >", "a &amp; b &lt;b&gt; &#65;",
        "x <y and z> 5", "GDP <a 5%\n\nKGS/USD = 1 0%\n> 3", "<a@b.org>", "<b and no end", "<b", "<b 'x>", "<!-", "\x0b\x1f",
    ],
)  # fmt: skip
@pytest.mark.parametrize("cut", [0, 1, 3])
def test_text_stays_as_it_is(text: str, cut: int) -> None:
    """What has no tag is no HTML, and keeps every byte: also signs of less and entities."""
    expected = text if text != "x <y and z> 5" else "x \x1f 5"  # words in a tag are its attributes
    assert stripped(text, cut) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>a</p>b", "\x1fa\x1fb"),
        ("<b>a</b>b", " a b"),
        ("<p>a\nb", "\x1fa\x0bb"),
        ("<p\n\n>a", "\x1f\x0b\x0ba"),
        ("<p x='>'>a", "\x1fa"),
        ('<p><i x=">">a', "\x1f a"),
        ("<p><i x='>a", "\x1f a"),
        ("<p><i x='>a<i y='>b", "\x1f b"),
        ("<p>a <5 b", "\x1fa <5 b"),
        ("<p>&lt;b&gt;&amp;amp;", "\x1f<b>&amp;"),
        ("<p>&nosuch; &copy &#0; &#xD800; &", "\x1f&nosuch; © \ufffd \ufffd &"),
        ("<p>&#10;&#13;&#9;x", "\x1f  \tx"),
        ("<!-->a", "a"),
        ("<!--->a", "a"),
        ("<!-- > -> --!>a", "a"),
        ("<!-- \n\n -->a", "\x0b\x0ba"),
        ("<script>a\n</scripts></SCRIPT\n>b", "\x1f\x0b\x1f\x0bb"),
        ("<html>a\n</html>\nb &amp;\n", "\x1fa\x0b\x1f\nb &amp;\n"),
        ("<p>" + "<i " + "x" * 20_000, "\x1f<i " + "x" * 20_000),
        ("<p>" + "<i " * 9_000 + "<!--" + "x" * 20_000 + " > -->b", "\x1f" + "<i " * 9_000 + "b"),
    ],
)
@pytest.mark.parametrize("cut", [0, 1, 3])
def test_markup(text: str, expected: str, cut: int) -> None:
    """Tags end lines or are blanks, entities are decoded, lines are kept, wherever the text is cut."""
    result = stripped(text, cut)
    assert result == expected


def test_deep_indentation() -> None:
    """Long runs of blanks become short ones, so that the parts of a line may stand deep in a page."""
    assert stripped("<p>" + " " * 100 + "x" + "\t" * 100) == "\x1f" + " " * 32 + "x" + " " * 32


@pytest.mark.parametrize("begin", ["<!--", "<script>", "<style>", "<template>"])
def test_never_closed(begin: str) -> None:
    """A comment or script that is never closed may hide anything: what came before counts, then it is refused."""
    items = read([f"{PAGE_16}<p>{begin}{PAGE_10}".encode()])
    first = next(items)
    assert isinstance(first, Block)
    assert [quotes_to_text(quotes) for quotes in first.snapshots] == [Q16]
    with pytest.raises(InputError) as caught:
        list(items)
    assert str(caught.value) == ("an HTML script, comment or hidden element is never closed: nothing after it was read")


PIECES = ["<p>", "</p>", "<b x='>'>", "<i y=\"", "'", '"', ">", "<", "<!--", "-->", "&amp;", "&#65", ";", "\n", " ", "x", "=",
          "<script>", "</script>", "<html>", "</html>", "é", "KGS/USD = 1 0%", "9 Jan 2025", "<a "]  # fmt: skip


def outcome(chunks: list[bytes]) -> bytes:
    out: list[bytes] = []
    try:
        out.extend(strip_markup(chunks))
    except InputError:
        out.append(b"!")
    return b"".join(out)


def test_scripts_without_text() -> None:
    """Empty scripts, as pages have them by the dozen, hide nothing that comes behind them."""
    empty = '<script src="a.js"></script>'
    page = f"<html>{empty * 3}<ul><li>KGS/USD = 0.01144 0%</li></ul>{empty}<p>9 Jan 2025</p>{empty * 2}</html>".encode()
    text = b"".join(strip_markup([page])).replace(b"\x1f", b"\n").decode()
    assert [line for line in text.splitlines() if line] == ["KGS/USD = 0.01144 0%", "9 Jan 2025"]
    assert outcome([page]) == outcome([page[:50], page[50:]])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40), st.integers(1, 9))
def test_any_markup_in_any_pieces(pieces: list[str], cut: int) -> None:
    """Wherever markup is cut, however broken it is, the text is the same, and so is the number of lines."""
    data = "".join(pieces).encode()
    whole = outcome([data])
    assert outcome([data[start : start + cut] for start in range(0, len(data), cut)]) == whole
    if not whole.endswith(b"!"):
        assert whole.count(b"\n") + whole.count(b"\x0b") == data.count(b"\n")


@pytest.mark.parametrize("unit", ["<a '>\"", "<a \"'<b '\">", "<a x=\"<b y='>", "<a ''", "<b>", '<a <b "', "'<a \">"])
def test_tags_made_to_be_slow(unit: str) -> None:
    """Quotes that don't pair up cost no more than the page is long: this would take minutes otherwise."""
    assert outcome([(unit * (400_000 // len(unit))).encode()]) != b""
