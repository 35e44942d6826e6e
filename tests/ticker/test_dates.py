"""The date below a block: the formats that pages use, what only looks like a date, and prose."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import read_text

from ctick.ticker import decoding
from ctick.ticker.blocks import Block
from ctick.ticker.scanner import read

LINE = "KGS/USD = 0.01144 0%"
DAY = "2025-12-16"


def below(text: str) -> tuple[str | None, bool]:
    """The date of a block with the text below it, and whether something like a date could not be read."""
    (block,) = [item for item in read([f"{LINE}\n{text}\n".encode()]) if isinstance(item, Block)]
    return block.as_of.isoformat() if block.as_of else None, block.unreadable_date


FORMATS = [
    "16 December 2025", "16 Dec 2025", "16 DEC. 2025", "December 16, 2025", "dec 16 2025", "December 16th, 2025", "16th December 2025",
    "16th of December, 2025", "2025-12-16", "16.12.2025", "16 декабря 2025", "16 Декабрь 2025 г.", "16 ДЕКАБРЯ 2025 года", "16 дек 2025г.",
]  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "beside",
    [
        "{}", "{}.", "Tuesday, {}", "Tue {}", "Вторник, {}", "вт. {}", "{}, Tuesday", "{} 12:00", "{}, 12:00 UTC", "{} at 12:00 PM", "{} 9:05 a.m.",
        "{}, 12:00:59", "{} | 12:00 UTC+5", "12:00, {}", "12:00 UTC {}", "12:00 - {}", "Updated {}", "Updated: {}", "LAST UPDATED: {}",
        "Published on {} at 12:00", "Updated: Tuesday, {}, 12:00 GMT+05:00", "Обновлено: {}", "Обновлено {} в 12:00", "Rates as of {}", "({})",
        "Updated\n{}", "Tuesday,\n\n{}\n12:00",
    ],
)  # fmt: skip
def test_formats(form: str, beside: str) -> None:
    """A date is read in every format, with a weekday, a time or a word such as "Updated" beside it."""
    assert below(beside.format(form)) == (DAY, False)


@pytest.mark.parametrize("form", ["2025-12-16T12:00", "2025-12-16T12:00:00Z", "2025-12-16 12:00:00.123+05:00"])
def test_moments(form: str) -> None:
    """ISO with a time is read too."""
    assert below(form) == (DAY, False)


MONTHS = {
    1: "Jan January Январь января", 2: "Feb February февраль февраля", 3: "Mar March март марта", 4: "Apr April апрель апреля",
    5: "May май мая", 6: "Jun June июнь июня", 7: "Jul July июль июля", 8: "Aug August август августа", 9: "Sep Sept September сентябрь сентября",
    10: "Oct October октябрь октября", 11: "Nov November ноябрь ноября", 12: "Dec December декабрь декабря",
}  # fmt: skip


@pytest.mark.parametrize("month", MONTHS)
def test_months(month: int) -> None:
    """All months in English and Russian, whole and short, in any case."""
    for word in MONTHS[month].split():
        for form in (word, word.lower(), word.upper()):
            assert below(f"9 {form} 2025, 12:00") == (f"2025-{month:02}-09", False)


@pytest.mark.parametrize(
    "text",
    [
        "12/16/2025", "16/12/2025", "16/12/25", "16.12.25", "2025/12/16", "2025.12.16", "20251216", "12/2025", "16/12", "16-Dec-2025",
        "16 Dezember 2025", "Dienstag, 16. Dezember 2025", "16 décembre 2025", "2025-yil 16-dekabr", "2025 жыл, 16 желтоқсан", "2025年12月16日",
        "16 декабря", "December 2025", "Updated 16 December", "yesterday", "Вчера, 12:00", "Updated: 12/16/2025 12:00", "Updated:\n16/12/2025",
        "Bishkek, 16 December 2025", "16 December 2025 - 17 December 2025", "31 February 2026", "32.01.2025", "16 December 25", "16.13.2025",
    ],
)  # fmt: skip
def test_unreadable_dates_are_noticed(text: str) -> None:
    """No day is guessed."""
    assert below(text) == (None, True)


@pytest.mark.parametrize(
    "text",
    [
        "In December 2025 the bank sold 16 tonnes", "On 16 December 2025 the bank raised its rate", "5 banks in Kyrgyzstan", "News", "Updated",
        "Kazakhstan's 2025 budget", "The GDP grew by 5.5% in 2025", "Published by John", "Updated 5 minutes ago", "© 2025 The Times", "0.01144",
        "+996 312 66 11 22", "Gold at 2,025.5 on 3 markets", "1,200 people march", "News\n16 December 2025", "", "0%", "2025", "12:00", "May",
        "16 December 2025 " + "and " * 30, "x" * 5000 + " 16 December 2025", "May I?", "Today", "Sun and rain in the south, 16 degrees",
    ],
)  # fmt: skip
def test_prose_is_not_a_date(text: str) -> None:
    """A headline or a sentence is neither read as a date nor taken for one that can't be read."""
    assert below(text) == (None, False)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Tuesday, 16 December 2025</p>", (DAY, False)), ("<div>Updated:</div><div>16 December 2025</div>", (DAY, False)),
        ("<p>Updated: <time datetime=2025-12-16>16 декабря 2025</time> <b>12:00</b></p>", (DAY, False)),
        ("<div>\n  <span>Tuesday,</span>\n  <time>\n    December 16, 2025\n  </time>\n</div>", (DAY, False)),
        ("<p>December 16,\n2025</p>", (None, True)), ("<td>16</td><td>December</td><td>2025</td>", (DAY, False)),
        ("<p><time>12/16/2025</time></p>", (None, True)), ("<p>Updated</p><p>12/16/2025</p>", (None, True)),
        ("<p>&#49;6&nbsp;December&nbsp;2025,&nbsp;12:00</p>", (DAY, False)),
        ("<h2>In December 2025 the bank sold 16 tonnes</h2>", (None, False)), ("<h2>News</h2><p>12/16/2025</p>", (None, False)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["<p>More</p>", "\n<p>More</p></body></html>\n", ""])
def test_html(html: str, expected: tuple[str | None, bool], end: str) -> None:
    """A date is read in whatever elements it stands, and a label in one of its own is no end."""
    (block,) = [item for item in read([f"<ul><li>{LINE}</li></ul>{html}{end}".encode()]) if isinstance(item, Block)]
    assert (block.as_of and block.as_of.isoformat(), block.unreadable_date) == expected


@pytest.mark.parametrize(
    "text", ["Tuesday, 16 December 2025 12:00", "12/16/2025", "Updated:\n16 декабря 2025 г.", "News of 2025"]
)
@pytest.mark.parametrize("html", [False, True], ids=["text", "html"])
def test_a_date_at_the_edge_of_a_buffer(monkeypatch: pytest.MonkeyPatch, text: str, html: bool) -> None:
    """Wherever the input is cut, and however often its page comes, it is the same."""
    lines = f"{LINE}\n{'KZT/USD = 2 0%' + chr(10)}" * 4 + f"{text}\nprose\n"
    page = "".join(f"<p>{line}</p>\n" for line in lines.splitlines()) if html else lines
    once = [item for item in read_text(page) if isinstance(item, tuple)]
    assert len(once) == 1
    for size in (1, 7, 100, 997):
        monkeypatch.setattr(decoding, "CHUNK", size)
        assert [item for item in read_text(page * 12) if isinstance(item, tuple)] == once * 12


@given(
    st.dates(dt.date(1000, 1, 1)),
    st.sampled_from(["%d %B %Y", "%B %d, %Y", "%Y-%m-%d", "%d.%m.%Y", "%A, %d %b %Y, 12:00"]),
)
def test_every_day(day: dt.date, form: str) -> None:
    """Each day is read as itself."""
    assert below(day.strftime(form)) == (day.isoformat(), False)


@given(
    st.lists(
        st.sampled_from(
            ["16", "12", "2025", "December", "мая", "/", ".", "-", ":", " ", ",", "\n", "Updated", "x", "12:00", "г."]
        ),
        max_size=12,
    )
)
def test_any_parts(parts: list[str]) -> None:
    """Whatever stands below a block, it has a date, or something like one, or neither; a day only with its year."""
    day, unread = below("".join(parts))
    assert not (day and unread)
    assert day is None or "2025" in parts
