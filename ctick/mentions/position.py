r"""Where something is in a text: its line, column and offset."""

BOM = b"\xef\xbb\xbf"

_LINE_ENDS = (b"\n", b"\r", b"\x0b")


class Position:
    r"""A position in a text of UTF-8 that moves forward.

    `line` and `column` count from 1, `characters` and `bytes` from 0; only `bytes` counts a byte-order
    mark. Lines end with LF, CRLF or CR. In HTML they are those of the source (where `\x0b` of
    `ticker.decoding` is the line end), and each tag counts as a character. A byte that is not UTF-8
    counts as one too.
    """

    __slots__ = ("_after_cr", "bytes", "characters", "column", "line")

    def __init__(self) -> None:
        self.line = 1
        self.column = 1
        self.characters = 0
        self.bytes = 0
        self._after_cr = False

    def copy(self) -> "Position":
        """The same position, which moves independently."""
        other = Position()
        for name in self.__slots__:
            setattr(other, name, getattr(self, name))
        return other

    def advance(self, data: bytes) -> None:
        """Moves over whole characters."""
        if not data:
            return
        text = data[len(BOM) :] if not self.bytes and data.startswith(BOM) else data
        lines = sum([text.count(end) for end in _LINE_ENDS])
        if b"\r" in text:
            lines -= text.count(b"\r\n") + text.count(b"\r\x0b")
        if self._after_cr and text.startswith((b"\n", b"\x0b")):
            lines -= 1
        last = max([text.rfind(end) for end in _LINE_ENDS])
        if last >= 0:
            self.column = 1
        self.line += lines
        self.column += _length(text[last + 1 :])
        self.characters += _length(text)
        self.bytes += len(data)
        self._after_cr = data.endswith(b"\r")


def _length(data: bytes) -> int:
    return len(data) if data.isascii() else len(data.decode("utf-8", "surrogateescape"))
