"""Markup far from a ticker is passed over: blocks, warnings and errors are those of reading every tag."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import strip_markup

from ctick.errors import InputError
from ctick.ticker import decoding
from ctick.ticker.scanner import Known, read

WHOLE = 1 << 18


def reading(data: bytes, chunk: int = WHOLE, known: Known | None = None, *, every_tag: bool = False) -> list[str]:
    """The blocks and warnings, and the error at the end; with `every_tag`, nothing is passed over."""
    result: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "CHUNK", chunk)
        if every_tag:
            patch.setattr(decoding, "ticker_text", lambda chunks, _tokens: strip_markup(chunks))
        try:
            for item in read([data], known):
                result.append(repr(item))  # noqa: PERF401 - what came before an error counts
        except InputError as error:
            result.append(str(error))
    return result


# -- pages known to be hard ---------------------------------------------------------------------

FAR = '<p class="a b">Quiet words, and a <a href="/x/?a=1&amp;b=2">link</a> &amp; more.</p>\n' * 60
NBSP = "\u00a0"
RATE = "0.01144 0%"
LINE = f"KGS/USD = {RATE}"
SAME_FIVE = "".join(f"<li>{base}/USD = 0.01144 0%</li>\n" for base in ("KGS", "KZT", "TJS", "UZS", "TMT"))

HARD = {
    # where the slash of a line is
    "a tag between the slash and USD": f"KGS/<b>USD</b> = {RATE}",
    "a tag in front of the slash": f"KGS<b>/</b>USD = {RATE}",
    "a tag around each part": f"<b>KGS</b> <i>/</i> <b>USD</b> <i>=</i> <b>{RATE}</b>",
    "an element around each part": f"<p>KGS<p>/<p>USD<p>=<p>{RATE}<p>",
    "a comment behind the slash": f"KGS/<!-- > -->USD = {RATE}",
    "an entity behind the slash": f"KGS/&#85;SD = {RATE}",
    "an entity within USD": f"KGS/U&#83;D = {RATE}<p>KGS/US&#68; = {RATE}<p>KGS/&#x55;SD = {RATE}",
    "a comment within USD": f"KGS/U<!-- > -->SD = {RATE}<p>KGS / U<!---->S<!---->D = {RATE}",
    "an entity in front of the slash": f"KG&#83;/USD = {RATE}",
    "an entity without semicolon in front of the slash": f"KG&#83/USD = {RATE}",
    "blanks around the slash": f"KGS / USD = {RATE}",
    "blanks of Unicode around the slash": f"KGS\u2009/\u00a0\u200bUSD\u3000= {RATE}",
    "line ends of the source around the slash": f"KGS\n/\nUSD\n=\n{RATE}",
    "many blanks behind the slash": f"KGS/{' ' * 250}USD = {RATE}",
    "the slash as a number": f"KGS&#47;USD = {RATE}",
    "the slash as a number with zeros": f"KGS&#0047;USD = {RATE}",
    "the slash as a hexadecimal number": f"KGS&#x2F;USD = {RATE}",
    "the slash by its name": f"KGS&sol;USD = {RATE}",
    "the equals sign as a number": f"KGS/USD &#61; {RATE}",
    "the equals sign by its name": f"KGS/USD&equals;{RATE}",
    "the equals sign far from the slash": f"KGS/USD<!-- {'words ' * 400} --> = {RATE}<p>KGS/<!-- {'words ' * 400} -->USD = {RATE}",
    # what is no ticker line for a reader of the page
    "a line in an attribute": f'<p title="{LINE}">{LINE}</p>',
    "a line in a script": f"<script>{LINE}</script>{LINE}",
    "a script with a tag in its attribute": f'<script data-x="</script>{LINE}">{LINE}</script>{LINE}',
    "a line in a comment": f"<!-- {LINE} -->{LINE}",
    "the shortest comments": f"<!-->{LINE}<!--->{LINE}<!---->{LINE}<!-- --!>{LINE}",
    "a title": f"<title>{LINE}</title>{LINE}",
    "a hidden element": f"<div hidden>{LINE}</div>{LINE}",
    "a declaration and an instruction": f"<b></b><?xhidden>{LINE}<!x hidden><p>{LINE}<!DOCTYPE html hidden><p>{LINE}",
    "a hidden element in capitals": f"<DIV HIDDEN>{LINE}</DIV>{LINE}",
    "an element that is not displayed": f'<div style="display : none">{LINE}</div>{LINE}',
    "an attribute that ends in hidden": f'<div aria-hidden="true">{LINE}</div>',
    "the word hidden in quotes": f"<p title=' hidden '>{LINE}</p>",
    "a hidden element around prose": f"<div hidden>{FAR}{LINE}{FAR}</div>{LINE}",
    "a hidden paragraph that its parent ends": f"<div><p hidden>{FAR}{LINE}</div>{LINE}",
    "a template in a list": f"<ul><li><template>{LINE}</template>{LINE}</ul>",
    "an option": f"<select><option>{LINE}<option>{LINE}</select>{LINE}",
    "a closed dialog and an open one": f"<dialog>{LINE}</dialog><dialog open>{LINE}</dialog>",
    "a script that is never closed": f"{LINE}<script>{FAR}{LINE}",
    "a comment that is never closed": f"{LINE}<!-- {FAR}{LINE}",
    "a hidden element that is never closed": f"{LINE}<section hidden>{FAR}{LINE}",
    # markup that is not simple
    "a > in quotes": f'<p title="a>b">{LINE}</p>{FAR}<p title="a>b">{LINE}',
    "a < in quotes": f'<p title="a<b">{LINE}</p>{FAR}<p title="a<b">{LINE}',
    "a quote in the text": f"it's {FAR} {LINE} {FAR} it's <b>{LINE}",
    "an odd quote in a tag": f"<p a'b>{FAR}{LINE}{FAR}<p c=\">{LINE}",
    "a quote that many tags stand in": f'<p title="{FAR}{LINE}">{LINE}</p>',
    "comparisons": f"a < b and b > c, 1 <2> 3<br>{LINE}\n<4>\n{LINE}\n",
    "a tag that is never closed": f"{LINE}<p {LINE} {FAR}",
    "a tag with line ends": f"<p\nclass=a\n\nid=b>{LINE} 0.0.1</p\n>\nKGS/USD = x",
    # where a line begins
    "a bullet in an element of its own": f"<li><i>•</i><b></b>\n<span>{LINE}</span>",
    "a bullet and many tags": f"<li>•{'<b></b>' * 80}KGS/USD = x",
    "a bullet as an entity": "<li>&bull; KGS/USD = x",
    "a bullet without semicolon": f"<li>&bull{'<b></b>' * 9}KGS/USD = x<li>{LINE}",
    "letters in front of a code": f"<p>ABC<b>KGS</b>/USD = {RATE}<p>A<br>KGS/USD = {RATE}",
    "a text in front of a code": f"<p>words<b> KGS</b>/USD = {RATE}<p>words KGS/USD = {RATE}<p>{LINE}",
    "a text, a line end and a code": "<p>words\n\n  <b>KGS</b>/USD = x",
    "a script in front of a code": "<p>words<script>1</script>KGS<script>2</script>/USD = x",
    "a comment in front of a code": "<p>words<!-- 1 -->KGS<!-- 2 -->/USD = x<p><!-- 3 -->KGS/USD = x",
    "a code, and a slash far behind": f"<p>KGS{'<b></b>' * 500}/USD = {RATE}<p>KGS{'<b></b>' * 99}/USD = {RATE}",
    "a code at the end of the input": f"<p>{LINE}</p>{FAR}<p>{LINE}</p>\n<p>KZT/U",
    # what is below a line
    "a date far below": f"<p>{LINE}</p>{'<div></div> ' * 300}\n<p>16 December 2025",
    "a date in several elements": f"<p>{LINE}</p><b>16</b>\n<p>December</p>\n<p>2025</p>",
    "a date behind its label": f"<p>{LINE}</p><p>Updated:</p>\n<p>Tuesday</p><p>16 December 2025</p>",
    "a date behind a script": f"<p>{LINE}</p><script>{FAR}</script><!-- {FAR} --><p>16 December 2025</p>",
    "a label behind many blanks": f"<p>{LINE}<p>{NBSP * 150}Updated{'<div></div>' * 300}<p>16 December 2025",
    "a label behind many tags": f"<p>{LINE}<p>{'<b></b>' * 124}Published{'<b></b>' * 200}{'<div></div>' * 200}<p>16 December 2025",
    "blanks far above a date": f"<p>{LINE}<p>{NBSP * 999}{'<div> </div>' * 300}<p>16 December 2025",
    "a line that goes on for long": f"<p>KGS/USD = nan {'words ' * 3000}<br>1<br>5%<p>16 December 2025",
    "a date that is split by words": f"<p>{LINE}</p><p>Updated some</p><p>words 16 December 2025",
    "a date that no calendar has": f"<p>{LINE}</p><p>32 Smarch 2025</p><p>{LINE}</p><p>31 February 2025</p>",
    "a date in prose": f"<p>{LINE}</p><p>On 16 December 2025 it rained</p>",
    "a date behind a hidden one": f"<p>{LINE}</p><p hidden>1 May 2020</p><p>16 December 2025</p>",
    "a number behind a rate": "<p>KGS/USD = 0.01<p>144</p><p>KGS/USD = 0.01<p>16<p>December<p>2025",
    "a change behind a rate": "<p>KGS/USD = 0.01144<p>-0.28%</p>",
    "a change behind a rate that can't be read": "<p>KGS/USD = 0.0.1<p>1<p>-0.28%</p><p>16 December 2025",
    "blocks with the same five lines": f"<ul>{SAME_FIVE * 3}</ul><p>16 December 2025</p>" * 4,
    "blocks of the same day with other prose between": f"<ul>{SAME_FIVE}</ul>\n{FAR}" * 3,
    # several pages
    "text behind a page": f"</html>{LINE}\n<p>{LINE}",
    "a page behind a page": f"<p>{LINE}</html>\n16 December 2025\n<html><p>{LINE}</html>",
    "a page in a hidden element": f"<div hidden>{LINE}<html><p>{LINE}</html>",
    "end tags of other pages": f"<div><div hidden>{LINE}</html><html></div>{LINE}",
}


@pytest.mark.parametrize("kind", HARD)
def test_hard_pages(kind: str) -> None:
    """Alone, and with markup around them that is passed over; wherever chunks are cut."""
    text = HARD[kind]
    for page in (f"<html>{text}", f"<html>\n{FAR}<div>{text}</div>{FAR}</html>", f"{FAR}{text}{FAR}" * 3):
        data = page.encode()
        expected = reading(data, every_tag=True)
        assert expected
        assert reading(data) == expected
        for chunk in (1000, 1500, 4096):
            assert reading(data, chunk) == expected
    small = f"<html>\n<p>words</p>\n{text}\n<p>words</p>".encode()
    if len(small) < 2000:
        expected = reading(small, every_tag=True)
        for chunk in (1, 2, 3, 7, 30):
            assert reading(small, chunk) == expected


# -- any pages ----------------------------------------------------------------------------------


def joined(parts: st.SearchStrategy[str], least: int = 0, most: int = 12) -> st.SearchStrategy[str]:
    return st.lists(parts, min_size=least, max_size=most).map("".join)


def repeated(parts: st.SearchStrategy[str], *times: int) -> st.SearchStrategy[str]:
    return st.tuples(parts, st.sampled_from(times)).map(lambda pair: pair[0] * pair[1])


def one_of(*texts: str) -> st.SearchStrategy[str]:
    return st.sampled_from(texts)


def word_of(words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(words.split())


def with_entities(text: str) -> st.SearchStrategy[str]:
    """The text as it is, or with one of its characters as an entity."""
    entities = [text.replace(char, f"&#{ord(char)};", 1) for char in text]
    return one_of(*[text] * 12, *entities, f"&#{ord(text[0])}{text[1:]}")


def in_a_row(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map("".join)


# fmt: off
GAPS = one_of(
    "", "", "", " ", " ", "\t", "\n", NBSP, "&nbsp;", "&nbsp", "<b>", "</b>", "<i class='a>b'>", '<a title="x<y">', "<br>",
    "</td>\n<td>", "<!-- x -->", "<!--'-->", "<!-->", "<script>1</script>", "<wbr>", "<span hidden>9</span>",
)
BULLETS = one_of("", "", "• ", "- ", "*", "&bull; ", "&#8226;", "<i>•</i>", "A", "words ")
CODES = word_of("KGS KZT TJS UZS TMT EUR AB X").flatmap(with_entities)
SLASHES = one_of(*["/"] * 9, "&#47;", "&#x2f;", "&sol;", "&#47", "//")
EQUALS = one_of(*["="] * 9, "&#61;", "&equals;", "&#x3D", "")
RATES = one_of("0.01144", "0.00194", "0.10877", "0.0.1", "nan", "0", "", "0.28")
CHANGES = one_of("0%", "-0%", "-0.28%", "", "<span>0%</span>", "<p>-0%</p>", "%", "<td>5")
USD = with_entities("USD")
LINES = in_a_row(BULLETS, CODES, GAPS, SLASHES, GAPS, USD, GAPS, EQUALS, GAPS, RATES, GAPS, CHANGES)
ENDS = one_of("\n", "<br>", "</li><li>", "</p>\n<p>", " ", "</td></tr><tr><td>", "")
DATES = one_of(
    "16 December 2025", "<p>9 Jan 2025</p>", "2025-01-09", "December 16, 2025", "16<b>December</b> 2025", "16.12.2025",
    "Updated:\n16 December 2025", "<td>16</td><td>December</td>\n<td>2025</td>", "32 Smarch 2025", "16 декабря 2025",
)
WORDS = word_of(
    "quiet words Almaty and/or USD KGS NEWS a&b 5 12/05 1 / TV/Radio KZ/ = x=1 KGS/USD it's \"so\" Ташкент 0.5% - * •"
)
PROSE = st.lists(WORDS, max_size=8).map(" ".join)
NAMES = word_of("a b p li ul div td tr table span h2 html body select template script title dialog svg")
ATTRIBUTES = one_of(
    "", "", "", ' class="a b"', " id=x", " hidden", " title='a>b'", ' title="a<b"', ' style="display:none"', " a'b", ' "',
    "\n", "/", " open", ' data-x="hidden"', " aria-hidden='true'", " HIDDEN=", ' alt="it\'s"',
)
START_TAGS = in_a_row(st.just("<"), NAMES, ATTRIBUTES, st.just(">"))
END_TAGS = in_a_row(st.just("</"), NAMES, one_of(">", " >", "\n>"))
BROKEN = one_of(
    "<", ">", "'", '"', "<!--", "-->", "<!-->", "--!>", "<4>", "< b>", "</", "<a b='", '<a c="', "'>", '">', "&", "&#",
    "<script", "<!DOCTYPE html>", "<![CDATA[", "]]>", "<?x?>", "</>", "\0", "\r", "\r\n", "\x0b", "\x1f", "\n\n", "   ",
)
# fmt: on
ELEMENTS = in_a_row(START_TAGS, PROSE, END_TAGS)
QUIET = repeated(one_of(FAR[: FAR.index("\n") + 1], "<b>x</b> ", "words and words\n", "<br>", " "), 1, 20, 400)
BLOCKS = in_a_row(repeated(joined(in_a_row(LINES, ENDS), 1, 4), 1, 2, 8), GAPS, DATES | PROSE)
PAGES = joined(LINES | BLOCKS | DATES | PROSE | START_TAGS | END_TAGS | BROKEN | ELEMENTS | QUIET, 1, 30)
TEXTS = in_a_row(one_of("<html>", "<!DOCTYPE html>\n<html lang=en>", "<p>", ""), PAGES, one_of("", "</html>"))
SEVERAL = st.lists(TEXTS, min_size=1, max_size=2)
SIZES = st.sampled_from([WHOLE, WHOLE, WHOLE, 5000, 1000, 64, 7, 1])


def same_as_reading_every_tag(pages: list[str], chunk: int) -> None:
    """Each page, both behind each other, and one with a part left out: what is known of one is used in the next."""
    known = Known()
    third = len(pages[0]) // 3
    for page in (*pages, "".join(pages), pages[0][:third] + pages[0][2 * third :]):
        data = page.encode()
        size = chunk if len(data) < 1000 * chunk else WHOLE
        assert reading(data, size, known) == reading(data, size, every_tag=True)


@given(SEVERAL, SIZES)
@settings(max_examples=200)
def test_any_page(pages: list[str], chunk: int) -> None:
    same_as_reading_every_tag(pages, chunk)


@pytest.mark.long
@given(SEVERAL, SIZES)
@settings(max_examples=20_000)
def test_any_page_for_minutes(pages: list[str], chunk: int) -> None:
    same_as_reading_every_tag(pages, chunk)


# -- time ---------------------------------------------------------------------------------------

DENSE = {
    "a < in quotes": "<p title='a<b'>some words</p>\n",
    "elements in elements": "<div>",
    "elements of a line": "<b></b>",
    "words on one line": "<b>KGS</b>",
    "lines without an end": "A/&X<b>",
    "hidden elements": "<p hidden>a</p>",
    "the word hidden": " hidden x<b>y</b>",
    "comments": "<!---->",
    "scripts": "<script></script>",
    "lines that can't be read": "KGS/USD = 0.0.1<br>updated<br>",
}


@pytest.mark.parametrize("kind", DENSE)
def test_time_for_markup_that_cannot_be_passed_over(kind: str) -> None:
    """Nothing is looked at again and again: a second or two, where it could be minutes."""
    begin = time.process_time()
    reading(("<html><p>" + DENSE[kind] * ((1 << 20) // len(DENSE[kind]))).encode())
    assert time.process_time() - begin < 10
