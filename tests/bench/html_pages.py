"""HTML of the size and shape of a news site: 40 to 250 KB a page, a third of it scripts and styles."""

import random
from collections.abc import Callable
from typing import NamedTuple

from prose import OBJECTS, SUBJECTS, VERBS, english

MEDIAN, SPREAD, SMALLEST, LARGEST = 110_000, 0.45, 40_000, 250_000
"""Bytes of a page: log-normal around the median."""

ENTITIES = ("&nbsp;", "&amp;", "&#8217;", "&#x27;", "&ndash;", "&quot;", "&hellip;", "&#8220;", "&rsquo;", "&lt;3&gt;")
SECTIONS = ("energy", "transport", "culture", "opinion", "water", "mining", "tourism", "law", "sport", "health")
SIDES = ("margin", "padding", "border-width", "inset", "gap", "line-height", "font-size", "max-width", "top")


class Body(NamedTuple):
    """A page without what is its own: the parts around the head's own lines, the ticker and the article."""

    head: bytes
    above: bytes  # above the ticker
    below: bytes  # below the ticker, above the article
    end: bytes


class Maker:
    """Makes pieces of markup; the same seed gives the same pieces."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def word(self) -> str:
        return self.chance.choice(WORDS)

    def words(self, count: int) -> str:
        return " ".join(self.chance.choices(WORDS, k=count))

    def number(self, most: int = 2000) -> int:
        return self.chance.randrange(most)

    def token(self, digits: int = 16) -> str:
        return f"{self.chance.getrandbits(digits * 4):0{digits}x}"

    def name(self) -> str:
        return f"{self.word()}-{self.word()}-{self.number(90)}"

    def text(self) -> str:
        """A sentence with an entity or a link, as editors write them."""
        sentence, entity = english(self.chance), self.chance.choice(ENTITIES)
        if self.chance.random() < 0.3:
            sentence = sentence.replace(" ", entity if entity == "&nbsp;" else f" {entity} ", 1)
        if self.chance.random() < 0.2:
            sentence += f' <a href="/{self.name()}/?ref=body&amp;id={self.number()}" rel="noopener">{self.words(3)}</a>'
        return sentence

    def rule(self) -> str:
        sides = "".join(
            f"{self.chance.choice(SIDES)}:{self.number(60)}{self.chance.choice(('px', 'rem', '%', 'vh'))};"
            for _ in range(self.chance.randint(2, 6))
        )
        colour = f"color:#{self.token(6)};background:rgba({self.number(256)},{self.number(256)},{self.number(256)},.{self.number(9)})"
        lead = self.chance.choice(
            (f".wp-block-{self.word()}>", f"#menu-{self.number()} ", f".has-{self.name()}::before,", "a:not(.x)~")
        )
        if self.chance.random() < 0.1:
            return f"@media (min-width:{self.number()}px){{{lead}.{self.name()}{{{sides}}}}}/* {self.words(4)} > */\n"
        return f"{lead}.{self.name()}{{{sides}{colour}}}"

    def style(self) -> str:
        rules = "".join(self.rule() for _ in range(self.chance.randint(8, 25)))
        return f"<style id='{self.name()}-inline-css'>\n{rules}\n</style>\n"

    def script(self) -> str:
        kinds = (self.plain_script, self.plain_script, self.settings, self.packed)
        return self.chance.choice(kinds)()

    def plain_script(self) -> str:
        a, b, c = self.word(), self.word(), self.word()
        return (
            f"<script id=\"{self.name()}-js-after\">\n// {self.words(5)}: don't touch, it's loaded before the menu\n"
            f"(function({a}, {b}) {{\n  var {c}_{self.number()} = document.getElementById('{self.name()}');\n"
            f"  for (var i = 0, n = {b}.length; i<n && {a}[i]<{self.number()}; i++) {{\n"
            f"    var html = '<div class=\"{self.name()}\" data-n=\"' + i + '\"><span>' + {b}[i].title + '</span></div>';\n"
            f"    if ({a}.{c} >= {self.number()} || !/<{a}[^>]*>/.test(html)) {{ {a}.push(html.replace(/\"/g, '&quot;')); }}\n"
            f"  }} /* {self.words(6)} */\n  window.{c} = window.{c} || {{}}; {c}.{a} = \"</div><!-- {self.words(2)}\";\n"
            f"  {a}.url = 'https://cdn.example.net/{self.name()}?v={self.token(8)}'; // {self.words(3)}\n"
            f"}})(window.{a} || [], {self.token(12)!r}.split(''));\n</script>\n"
        )  # fmt: skip

    def settings(self) -> str:
        entries = ",".join(
            f'"{self.name()}":{{"url":"https:\\/\\/example.net\\/{self.name()}\\/","html":"<span>{self.words(3)}<\\/span>",'
            f'"nonce":"{self.token(10)}","on":{self.chance.choice(("true", "false", "null"))},"n":{self.number()}}}'
            for _ in range(self.chance.randint(4, 20))
        )
        return f'<script type="application/json" id="{self.name()}">{{{entries}}}</script>\n'

    def packed(self) -> str:
        calls = "".join(
            f'{self.word()[0]}.{self.word()}=function(e,t){{return e<t?{self.number()}:e.{self.word()}(t>>>{self.number(32)},"{self.token(8)}")}};'
            for _ in range(self.chance.randint(5, 30))
        )
        return f'<script>/*! {self.name()} */!function(){{"use strict";{calls}}}();</script>\n'

    def comment(self) -> str:
        return self.chance.choice(
            (
                f"<!-- {self.words(5)} -->\n",
                f'<!-- <div class="{self.name()}"><a href="/{self.name()}">{self.words(3)}</a></div> -->\n',
                f"<!-- {self.word()} -> {self.word()}, 3 > 2 & it's fine -->\n",
                f'<!--[if lt IE 9]><script src="/js/{self.name()}.js"></script><![endif]-->\n',
                f'<!-- /wp:{self.word()} {{"id":{self.number()},"align":"wide"}} -->\n',
            )
        )

    def icon(self) -> str:
        path = "".join(
            f"{self.chance.choice('MLCAZ')}{self.number(512)}.{self.number(99)} {self.number(512)} " for _ in range(18)
        )
        return f'<svg aria-hidden="true" class="icon-{self.name()}" viewBox="0 0 512 512"><title>{self.word()}</title><path fill="currentColor" d="{path}"/></svg>'

    def item(self) -> str:
        return (
            f'<li id="menu-item-{self.number(90000)}" class="menu-item menu-item-type-taxonomy menu-item-{self.number(90000)}">'
            f'<a href="https://news.example.com/{self.chance.choice(SECTIONS)}/{self.name()}/" data-level="1>{self.number(9)}" title=\'{self.words(2)} = {self.number()}\'>'
            f"<span>{self.words(2)}</span></a></li>\n"
        )

    def menu(self) -> str:
        items = "".join(self.item() for _ in range(self.chance.randint(6, 14)))
        return f'<nav class="{self.name()}" aria-label="{self.word()}"><ul id="menu-{self.number()}" class="nav sub-menu">\n{items}</ul></nav>\n'

    def card(self) -> str:
        side, source = self.name(), f"https://news.example.com/uploads/{self.number()}/{self.name()}"
        sizes = ", ".join(f"{source}-{width}x{width * 2 // 3}.jpg {width}w" for width in (300, 768, 1024, 1536))
        return (
            f'<div class="row {side}"><div class="col-md-4"><div class="inner" data-settings="{{&quot;id&quot;:{self.number(90000)},&quot;tip&quot;:&quot;{self.words(3)}&quot;}}">\n'
            f'<a class="thumb" href="/{self.name()}/?a={self.number()}&amp;b=2" onclick="return a>b && track(\'{self.name()}\');">'
            f'<img loading="lazy" width="768" height="512" src="{source}.jpg" alt="{self.words(6)} > {self.word()}" srcset="{sizes}" sizes="(max-width: 768px) 100vw, 768px"></a>\n'
            f'<h3 class="entry-title"><a href="/{self.name()}/">{self.words(7).capitalize()}</a></h3>\n'
            f'<p class="meta"><time datetime="2024-05-{self.number(18) + 10}T10:00:00+05:00">{self.number(20) + 1} hours ago</time>{self.icon() if self.chance.random() < 0.4 else ""}</p>\n'
            f'<div class="excerpt"><p>{self.text()}</p></div></div></div></div>\n{self.comment() if self.chance.random() < 0.2 else ""}'
        )

    def oddity(self) -> str:
        """What a page has once or twice: a form, a hidden part, a template, an iframe for readers without scripts."""
        options = "".join(f'<option value="{self.word()}">{self.words(2)}</option>' for _ in range(12))
        return self.chance.choice(
            (
                f'<form action="/search/" method=get><select name="{self.word()}">{options}</select><input type=text value="a > b"></form>\n',
                f'<noscript><iframe src="https://tags.example.net/ns.html?id={self.token(8)}" style="display:none;visibility:hidden"></iframe></noscript>\n',
                f'<template id="{self.name()}"><div class="{self.name()}"><slot>{self.words(3)}</slot></div></template>\n',
                f'<div class="{self.name()}" style="display:none" aria-hidden="true"><p>{self.text()}</p><button type="button">{self.word()}</button></div>\n',
                f"<textarea name={self.word()} hidden>{self.words(8)}</textarea><hr/><br>\n",
            )
        )

    def fill(self, size: int, *kinds: Callable[[], str]) -> str:
        """About `size` bytes of pieces of these kinds."""
        pieces: list[str] = []
        while size > 0:
            pieces.append(self.chance.choice(kinds)())
            size -= len(pieces[-1])
        return "".join(pieces)

    def body(self) -> Body:
        size = int(min(max(self.chance.lognormvariate(0, SPREAD) * MEDIAN, SMALLEST), LARGEST)) - 8_000
        links = "".join(
            f'<link rel="preload" href="/fonts/{self.name()}.woff2?{self.token(6)}" as="font" crossorigin>\n'
            for _ in range(9)
        )
        metas = "".join(f'<meta property="og:{self.word()}" content="{self.words(6)}">\n' for _ in range(9))
        head = (
            f'<!DOCTYPE html>\n<html lang="en-US" prefix="og: https://ogp.example/ns#" class="no-js">\n<head>\n<meta charset="UTF-8">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n{links}{metas}'
        )
        above = (
            f'<script type="application/ld+json">{{"@type":"NewsArticle","publisher":{{"name":"{self.words(3)}","logo":"https:\\/\\/example.net\\/{self.name()}.png"}}}}</script>\n'
            f"{self.fill(size * 20 // 100, self.style, self.style, self.script)}{self.comment()}</head>\n"
            f'<body class="archive category {self.name()} wp-custom-logo" data-page="{{&quot;a&gt;b&quot;:1}}">\n{self.oddity()}<div id="page" class="site"><header class="top-bar">\n'
        )
        if self.chance.random() < 0.15:  # the ticker stands in the middle of the page
            above += self.fill(size * 40 // 100, self.menu, self.card, self.card)
            size -= size * 40 // 100
        below = f'</header>\n{self.fill(size * 12 // 100, self.menu)}{self.oddity()}<main><article class="post">\n'
        end = (
            f"</article></main>\n{self.fill(size * 42 // 100, self.card, self.card, self.card, self.menu)}<aside>{self.oddity()}{self.icon()}</aside>\n"
            f"<footer>{self.menu()}<p>&copy; 2026 {self.words(3)}. All rights reserved.</p></footer></div>\n"
            f"{self.fill(size * 14 // 100, self.script)}</body>\n</html>\n"
        )
        return Body(head.encode(), above.encode(), below.encode(), end.encode())

    def article(self) -> bytes:
        paragraphs = "".join(
            f"<p>{' '.join(self.text() for _ in range(self.chance.randint(2, 5)))}</p>\n"
            for _ in range(self.chance.randint(4, 9))
        )
        return paragraphs.encode()

    def dense(self, size: int) -> bytes:
        """Short tags and next to nothing between them."""
        return self.fill(size, lambda: f"<p><b>{self.word()}</b> <i>{self.word()}</i><br></p>").encode()


WORDS = sorted(
    {word for part in SUBJECTS + VERBS + OBJECTS for word in part.lower().split() if word.isascii() and word.isalpha()}
)


def html_ticker(lines: list[tuple[str, str]], repeats: int, date: str) -> bytes:
    """The list in the header bar, and the date in an element below it; a line is a rate and its change."""
    items = "".join(
        f'<li class="ticker-item"><span>{rate} </span><span class="change {"down" if change[0] == "-" else "up"}">{change}</span></li>\n'
        for rate, change in lines
    )
    return f'<div class="ticker-wrap"><ul class="ticker-list">\n{items * repeats}</ul></div>\n<div class="today">{date}</div>\n'.encode()
