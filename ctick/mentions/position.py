r"""Where something is in a text: its line, column and offset."""

BOM = b"\xef\xbb\xbf"


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
        other.line, other.column = self.line, self.column
        other.characters, other.bytes, other._after_cr = self.characters, self.bytes, self._after_cr
        return other

    def advance(self, data: bytes) -> None:
        """Moves over whole characters."""
        if not data:
            return
        text = data[len(BOM) :] if not self.bytes and data.startswith(BOM) else data
        last = max(text.rfind(b"\n"), text.rfind(b"\r"), text.rfind(b"\x0b"))
        if last >= 0:
            self.column = 1
            self.line += text.count(b"\n") + text.count(b"\r") + text.count(b"\x0b")
            self.line -= text.count(b"\r\n") + text.count(b"\r\x0b")
            self.line -= self._after_cr and text.startswith((b"\n", b"\x0b"))
        self.column += _length(text[last + 1 :])
        self.characters += _length(text)
        self.bytes += len(data)
        self._after_cr = data.endswith(b"\r")


def _length(data: bytes) -> int:
    return len(data) if data.isascii() else len(data.decode("utf-8", "surrogateescape"))
