"""Finds the elements of an HTML page that a browser does not show, and where they end.

No tree is built: the open elements that matter are counted by name. If a page is too broken for
that, an element ends too early rather than too late.
"""

import re

_NEVER = frozenset(b"template select datalist option optgroup audio video canvas rp".split())
_VOID = frozenset(b"area base br col embed hr img input link meta param source track wbr".split())
_LISTS = frozenset(b"ul ol menu".split())
_CELLS = frozenset(b"td th tr tbody thead tfoot".split())
_CLOSE_P = _LISTS | frozenset(
    b"address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form h1 h2 h3"
    b" h4 h5 h6 header hgroup hr main nav p pre search section summary table".split()
)
_TABLE = frozenset([b"table"])
_ROOTS = frozenset([b"html", b"body"])
# Elements whose end tag is optional: the start tags that end them, and the elements inside which such a tag
# belongs to another one.
_OPEN_ENDED: dict[bytes, tuple[frozenset[bytes], frozenset[bytes]]] = {
    b"p": (_CLOSE_P, frozenset()),
    b"li": (frozenset([b"li"]), _LISTS),
    **dict.fromkeys((b"dt", b"dd"), (frozenset([b"dt", b"dd"]), frozenset([b"dl"]))),
    **dict.fromkeys((b"option", b"optgroup"), (frozenset([b"option", b"optgroup"]), frozenset())),
    **dict.fromkeys((b"td", b"th"), (_CELLS, _TABLE)),
    b"tr": (_CELLS - {b"td", b"th"}, _TABLE),
    **dict.fromkeys((b"tbody", b"thead", b"tfoot"), (_CELLS - {b"td", b"th", b"tr"}, _TABLE)),
}
COUNTED = (_CLOSE_P - {b"p", b"hr"}) | _CELLS | _ROOTS | frozenset([b"button", b"select"])
"""Elements whose end tag closes everything still open in them."""

_SPECIAL = _NEVER | frozenset([b"html", b"dialog"])
_ATTRIBUTE = re.compile(rb"""([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>=]+))?""")
_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})(?=[\s/>])")
_MOST_PASSED = 1 << 20  # bytes of markup
_DISPLAY_NONE = re.compile(rb"(?<![^\s;\"'])display\s{0,9}:\s{0,9}none", re.IGNORECASE)


class HiddenElements:
    """Tracks the open elements of a page; `inside` is true in one that is hidden."""

    def __init__(self) -> None:
        self.inside = False
        self.lost = False  # an element with what may be a ticker line was never closed
        self._name = b""
        self._depth = 0  # elements of that name that are open in it, itself included
        self._equals = False  # its text has a "="
        self._around = _OpenElements()
        self._within: dict[bytes, int] = {}  # in it

    def text(self, text: bytes) -> None:
        """Notes a text that is hidden."""
        self._equals = self._equals or b"=" in text

    def passed(self, markup: bytes) -> None:
        """Notes markup that hides nothing."""
        self._around.passed(markup)

    def start(self, name: bytes, attributes: bytes) -> None:
        """A start tag; `attributes` is everything between its name and its `>`."""
        if not self.inside and name not in _SPECIAL and not (attributes and _may_hide(attributes)):
            if name in COUNTED:
                self.passed(b"<" + name + b">")
            return
        if name == b"html":
            self.end_of_page()
        if self.inside and self._name in _OPEN_ENDED:
            starts, within = _OPEN_ENDED[self._name]
            self.inside = name not in starts or any(map(self._within.get, within))
        if _is_empty(name, attributes):
            return
        if self.inside:
            if name == self._name:
                self._depth += 1
            elif name in COUNTED or name in _OPEN_ENDED:
                self._within[name] = self._within.get(name, 0) + 1
        elif name in _NEVER or _hides(name, attributes):
            self.inside = True
            self._name, self._depth, self._equals = name, 1, False
            self._within.clear()
        elif name in COUNTED:
            self.passed(b"<" + name + b">")

    def end(self, name: bytes) -> None:
        if not self.inside:
            if name in COUNTED:
                self.passed(b"</" + name + b">")
        elif name == self._name and name in _OPEN_ENDED:
            self.inside = any(map(self._within.get, _OPEN_ENDED[name][1]))
        elif name == self._name:
            self._depth -= 1
            self.inside = self._depth > 0
        elif self._within.get(name):
            self._within[name] -= 1
        elif name in COUNTED and self._around.close(name):
            self._leave_open(lost=name in _ROOTS)
        elif name in _OPEN_ENDED and self._name not in COUNTED and self._name not in _OPEN_ENDED:
            self._leave_open(lost=False)  # `<p><span hidden>...</p>`
        if name == b"html":
            self.end_of_page()

    def end_of_page(self) -> None:
        if self.inside:
            self._leave_open(lost=True)
        self._around = _OpenElements()

    def _leave_open(self, *, lost: bool) -> None:
        """Leaves an element that is ended by the end of its parent."""
        self.inside = False
        self.lost = self.lost or (lost and self._equals and self._name not in _OPEN_ENDED)


class _OpenElements:
    """The elements of `COUNTED` that are open, by name; markup is not searched for tags before that is needed."""

    def __init__(self) -> None:
        self._open: dict[bytes, int] = {}  # up to `_passed`
        self._passed: list[bytes] = []
        self._passed_size = 0

    def passed(self, markup: bytes) -> None:
        """Notes the tags in markup."""
        self._passed.append(markup)
        self._passed_size += len(markup)
        if self._passed_size > _MOST_PASSED:
            self._count_passed()

    def close(self, name: bytes) -> bool:
        """Closes an element; False if none of that name is open."""
        self._count_passed()
        count = self._open.get(name, 0)
        if count:
            self._open[name] = count - 1
        return count > 0

    def _count_passed(self) -> None:
        for tag in _TAG.finditer(b"".join(self._passed)):
            name = tag[2].lower()
            if name in COUNTED:
                self._open[name] = max(self._open.get(name, 0) + (-1 if tag[1] else 1), 0)
        self._passed.clear()
        self._passed_size = 0


def _may_hide(attributes: bytes) -> bool:
    attributes = attributes.lower()
    return b"hidden" in attributes or b"display" in attributes


def _hides(name: bytes, attributes: bytes) -> bool:
    if name in _ROOTS:  # scripts show them later
        return False
    hidden, is_open = False, name != b"dialog"
    for attribute in _ATTRIBUTE.finditer(attributes):
        key = attribute[1].lower()
        hidden = hidden or key == b"hidden" or (key == b"style" and bool(_DISPLAY_NONE.search(attribute[2] or b"")))
        is_open = is_open or key == b"open"
    return hidden or not is_open


def _is_empty(name: bytes, attributes: bytes) -> bool:
    """Whether the element has no content. The slash of `<name/>` means nothing in HTML, but it does in SVG."""
    return name in _VOID or (
        attributes.endswith(b"/") and not (name in COUNTED or name in _OPEN_ENDED or name in _NEVER)
    )
