"""What a browser does not show is no ticker, and hides nothing that it does show."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import strip_markup

from ctick.errors import InputError
from ctick.ticker.blocks import Block
from ctick.ticker.scanner import read

LINE = "KGS/USD = 9 9%"


def shown(html: str, cut: int = 0) -> list[str]:
    """The lines that a reader sees; `!` at the end where the reader was told that something is missing."""
    data = html.encode()
    found: list[bytes] = []
    end = []
    try:
        found.extend(strip_markup([data[at : at + cut] for at in range(0, len(data), cut)] if cut else [data]))
    except InputError:
        end = ["!"]
    text = b"".join(found).replace(b"\x1f", b"\n").replace(b"\x0b", b"\n").decode()
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()] + end


HIDDEN = [
    f"<div hidden>{LINE}</div>", f'<div hidden="">{LINE}</div>', f"<P Hidden=hidden>{LINE}</P>", f"<b class=x hidden>{LINE}</b>",
    f'<div hidden="until-found"><p>{LINE}</p></div>', f"<my-rates hidden><i>{LINE}</i></my-rates>",
    f'<div style="display:none">{LINE}</div>', f"<div style='color:red; DISPLAY : none !important'>{LINE}</div>",
    f"<div style=display:none>{LINE}</div>", f"<div hidden><div>a</div>{LINE}<div><div>b</div></div>{LINE}</div>",
    f"<div hidden><!-- </div> -->{LINE}<script>'</div>'</script>{LINE}</div>", f"<div hidden></section></b>{LINE}</div>",
    f"<noscript><p>{LINE}</p></noscript>", f"<textarea>{LINE}</textarea>", f"<title>{LINE}</title>", f"<TITLE lang=en>{LINE}</TITLE\n>",
    f"<iframe src=x>{LINE}</iframe>", f"<noembed>{LINE}</noembed>", f"<noframes>{LINE}</noframes>", f"<video>{LINE}</video>",
    f"<select><option>{LINE}<option selected>{LINE}</select>", f"<datalist id=x><option>{LINE}</option></datalist>",
    f"<option>{LINE}</option>", f"<template><template></template>{LINE}</template>", f"<dialog>{LINE}</dialog>",
    f"<audio controls>{LINE}</audio>", f"<canvas>{LINE}</canvas>", f"<dialog open hidden>{LINE}</dialog>",
    f"<svg hidden><g><g/></g><text>{LINE}</text></svg>", f"<div hidden\n title='>'>{LINE}</div>",
    f"<ul><li hidden>{LINE}</ul>", f"<ul><li hidden><ul><li>x<li>{LINE}</li></ul>{LINE}</ul>", f"<p hidden>{LINE}<div></div>",
    f"<table><tr><td hidden><table><tr><td>x</table>{LINE}<td></table>", f"<table><tr hidden><td>{LINE}<td>{LINE}<tr></table>",
    f"<section><p>a</p><div hidden>{LINE}</section>", f"<p><span hidden>{LINE}</p>", f"<dl><dt hidden>{LINE}<dd></dl>",
    f"<div hidden><input hidden><br><img src='a'/>{LINE}</div>",
]  # fmt: skip


@pytest.mark.parametrize("html", HIDDEN)
@pytest.mark.parametrize("cut", [0, 1, 7])
def test_what_is_not_shown_is_not_read(html: str, cut: int) -> None:
    """Nor does it take anything with it that stands before or after."""
    text = f"<html><body><p>before</p>{html}<p>after</p></body></html>\n"
    assert [line for line in shown(text, cut) if line not in ("a", "b")] == ["before", "after"]
    assert not [item for item in read([text.encode()]) if isinstance(item, Block)]


SHOWN = [
    f'<div class="hidden">{LINE}</div>', f'<div class="a hidden b">{LINE}</div>', f'<div aria-hidden="true">{LINE}</div>',
    f"<div data-hidden=1>{LINE}</div>", f'<div title="x hidden y">{LINE}</div>', f'<div style="display:block">{LINE}</div>',
    f'<div style="--x-display:none">{LINE}</div>', f"<details><summary>x</summary>{LINE}</details>", f"<dialog open>{LINE}</dialog>",
    f"<input hidden>{LINE}", f"<br hidden>{LINE}", f"<img style='display:none'>{LINE}", f"<svg><path style='display:none'/></svg>{LINE}",
    f"<svg><title>x</title></svg>{LINE}", f"<p hidden>x<p>{LINE}", f"<ul><li hidden>x<li>{LINE}</ul>", f"<ul><li hidden>x</ul>{LINE}",
    f"<table><tr><td hidden>x<td>{LINE}</table>", f"<table><tr hidden><td>x<tr><td>{LINE}</table>", f"<div hidden></div>{LINE}",
    f"<section><div hidden>x</section>{LINE}", f"<p>a<span hidden>x</p>{LINE}", f"<div><p hidden>x</div>{LINE}", f"</div></p></ul>{LINE}",
    f"<select><option>x</select>{LINE}", f"<p hidden>x<hr>{LINE}", f"<details open><p hidden>x</p>{LINE}</details>",
    f"<table><tr><td><select><option>x<option>y</select><td>{LINE}</table>", f"<div hidden><template></div></template></div>{LINE}",
]  # fmt: skip


@pytest.mark.parametrize("html", SHOWN)
@pytest.mark.parametrize("cut", [0, 1, 7])
def test_what_is_shown_is_read(html: str, cut: int) -> None:
    """Hidden elements end where they do in a browser, and words like "hidden" elsewhere mean nothing."""
    lines = shown(f"<html><body>{html}<p>after</p></body></html>", cut)
    assert LINE in lines
    assert lines[-1] == "after"


def test_a_hidden_body_is_shown() -> None:
    """Scripts show it as soon as the page is there."""
    assert shown(f"<html hidden><body style='display:none'>{LINE}</body></html>") == [LINE]


@pytest.mark.parametrize("end", ["", "</body>", "</body></html>", "</html>more", "<html>more</html>"])
@pytest.mark.parametrize("begin", ["<div hidden>", "<select>", "<template>", "<b hidden>", "<i style='display:none'>"])
def test_never_closed(begin: str, end: str) -> None:
    """A hidden element that nothing closes may hide anything: the page is refused once it has something like a line."""
    more = ["more"] if "more" in end else []
    assert shown(f"<html><body>a{begin}{LINE}{end}") == ["a", *more, "!"]
    assert shown(f"<html><body>a{begin}nothing of the kind{end}") == ["a", *more]


def test_elements_whose_end_may_be_left_out() -> None:
    """They need no end tag at the end of a page either."""
    assert shown(f"<p>a<p hidden>{LINE}") == ["a"]
    assert shown(f"<body><ul><li>a<li hidden>{LINE}</body>") == ["a"]


def test_documents_behind_each_other() -> None:
    """What is open in one does not reach into the next."""
    page = f"<html><body><div><section><p hidden>x<div>{LINE}</html>\n"
    assert shown(page * 3) == [LINE] * 3


PIECES = [
    "<div hidden>", "<div>", "</div>", "<p hidden>", "<p>", "</p>", "<li hidden>", "<li>", "<ul>", "</ul>", "<b hidden>", "</b>",
    "<td hidden>", "<td>", "<tr>", "<table>", "</table>", "<select>", "<option>", "</select>", "<template>", "</template>", "<title>",
    "</title>", "<!--", "-->", "</body>", "<html>", "</html>", "x", "=", "\n", "<i hidden/>", "<dialog>", "</dialog>", "<br hidden>",
]  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=40), st.integers(1, 9))
def test_any_elements_in_any_pieces(pieces: list[str], cut: int) -> None:
    """Wherever a page is cut, the same is shown, and no line end is lost."""
    html = "".join(pieces)
    assert shown(html, cut) == shown(html)
    if shown(html)[-1:] != ["!"]:
        text = b"".join(strip_markup([html.encode()]))
        assert text.count(b"\n") + text.count(b"\x0b") == html.count("\n")
