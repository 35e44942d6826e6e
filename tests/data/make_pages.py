"""Writes `pages/`: news pages as a ticker's publisher prints them, each as HTML and as the text that a reader copies.

The figures are those of real days, the prose is made up. Run it after a change: python make_pages.py
"""

import html
import random
from pathlib import Path

DAYS = {
    "16 December 2025": ("KGS 0.01144 0%", "KZT 0.00194 -0%", "TJS 0.10877 -0%", "UZS 0.00008 0%", "TMT 0.28571 0%"),
    "10 December 2025": ("KGS 0.01144 0%", "KZT 0.00193 -0%", "TJS 0.10811 -0.28%", "UZS 0.00008 0%", "TMT 0.28490 0%"),
}
PLACES = ("Bishkek", "Almaty", "Dushanbe", "Tashkent", "Ashgabat", "Osh", "Khujand", "Samarkand", "Aktau", "Naryn")
WHO = ("the city council", "a farmers' union", "the railway", "a group of teachers", "the water board", "“Sary-Arka”")
DOES = (
    "has opened",
    "plans to repair",
    "will pay for",
    "has again put off",
    "is looking for builders of",
    "wants to sell",
)
WHAT = (
    "a bridge",
    "two schools & a clinic",
    "the old bazaar",
    "a bus line",
    "a dam",
    "the road to the border",
    "a mill",
)
SUMS = (
    "for 50,000 KGS (about $572)", "at a cost of 3 million UZS ($240)", "with $1.2 million of its own", "for 5% less than last year",
    "by 30 June 2026", "at no cost", "– the third time in 2025 –", "for €4 million (4 KZT in 10 came from fees)",
)  # fmt: skip
BULLETS = (
    "3 KZT ($0.0060) in fees",
    "14 KZT ($0.028) in sales",
    "a surplus of 4.6 times the cost = a record",
    "KGS and USD are accepted",
)
SCRIPT = (
    '<script type="application/json">{"ticker":"KGS/USD = 9.99999 9%","date":"1 January 2020","a":"<p>b</p>"}</script>'
)


def sentences(chance: random.Random) -> list[str]:
    return [
        f"In {chance.choice(PLACES)}, {chance.choice(WHO)} {chance.choice(DOES)} {chance.choice(WHAT)} {chance.choice(SUMS)}."
        for _ in range(chance.randint(2, 5))
    ]


def articles(chance: random.Random) -> list[tuple[str, list[str]]]:
    """Headlines with their paragraphs."""
    return [
        (
            f"{chance.choice(PLACES)} and {chance.choice(PLACES)}: {chance.choice(WHAT)} {chance.choice(SUMS)}".title(),
            [" ".join(sentences(chance)) for _ in range(chance.randint(4, 8))],
        )
        for _ in range(12)
    ]


def as_text(lines: list[str], date: str, news: list[tuple[str, list[str]]]) -> str:
    """Like a page's copied text, it does not end with a line end."""
    ticker = "\n".join(f"  • {line}" for line in lines)[2:]
    prose = "\n\n".join("\n\n".join((title, *paragraphs)) for title, paragraphs in news)
    bullets = "\n".join(f"  • {bullet}" for bullet in BULLETS)
    return f"{ticker}\n{date}\n\n{prose}\n\n{bullets}\n\nContact = news desk / web desk"


def as_html(lines: list[str], date: str, news: list[tuple[str, list[str]]]) -> str:
    items = "\n".join(
        f'      <li class="ticker__item"><span>&bull;&nbsp;{pair} &#61; {rate}</span>\n        <em class="down">{change}</em></li>'
        for pair, _, rate, change in map(str.split, lines)
    )
    menu = "".join(f'<li><a href="/{place.lower()}?a=1&amp;rate=KGS/USD=2">{place}</a></li>' for place in PLACES)
    body = "\n".join(
        f'<article id="n{number}">{SCRIPT}<h2><a href="/n{number}" title="A > B">{html.escape(title)}</a></h2>\n'
        + "\n".join(f"<p>{html.escape(text)}</p>" for text in paragraphs)
        + "</article>"
        for number, (title, paragraphs) in enumerate(news)
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>News &amp; rates = today</title>
<style>.ticker::before {{ content: "KGS/USD = 8 8%" }}</style>
{SCRIPT}
</head>
<body>
<!-- KGS/USD = 7.77777 7% -->
<nav><ul>{menu}</ul></nav>
<div hidden>KZT/USD = 6.66666 6%</div>
<section class="ticker">
    <ul>
{items}
    </ul>
    <div class="date"><time datetime="2000-01-01">{date}</time></div>
</section>
<main>
{body}
<ul>{"".join(f"<li>{bullet}</li>" for bullet in BULLETS)}</ul>
</main>
<footer><p>&copy; 2025 &middot; Contact = news desk / web desk</p></footer>
<script>if (1 < 2) document.write("<li>TJS/USD = 5.5 5%</li>")</script>
</body>
</html>
"""


def main() -> None:
    folder = Path(__file__).parent / "pages"
    for repeats, (date, figures) in zip((8, 10), DAYS.items(), strict=True):
        news = articles(random.Random(date))
        quotes = [(code, rate, change) for code, rate, change in map(str.split, figures)]
        lines = [f"{code}/USD = {rate} {change}" for code, rate, change in quotes] * repeats
        name = f"{date[-4:]}-12-{date[:2]}"
        (folder / f"{name}.txt").write_text(as_text(lines, date, news), encoding="utf-8")
        (folder / f"{name}.html").write_text(as_html(lines, date, news), encoding="utf-8")


if __name__ == "__main__":
    main()
