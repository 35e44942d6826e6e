"""The part of a text that is held in memory: places in it are those of the whole text."""

import pytest

from ctick.ticker import window
from ctick.ticker.window import Window


def test_line_and_column_are_exact_after_text_has_been_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those before `pos`."""
    monkeypatch.setattr(window, "KEEP", 4)
    text = "äb\nc\x0bdé\x1ffgh\n" + "ü" * 20 + "z"
    held = Window(bytes([byte]) for byte in text.encode())
    places = []
    for byte in text.encode():
        held.fill()
        held.pos = len(held.data)
        place = held.place(held.pos)
        if byte < 0x80:
            places.append(place)
    assert places == [
        (1, 3), (2, 1), (2, 2), (3, 1), (3, 2), (3, 1), (3, 2), (3, 3), (3, 4), (4, 1), (4, 22),
    ]  # fmt: skip
    assert held.place(0) == (4, 19)


def test_text_is_held_for_a_while_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has been dropped is empty, not wrong."""
    monkeypatch.setattr(window, "KEEP", 4)
    held = Window([b"0123", b"4567", b"89"])
    assert [held.fill() for _ in range(2)] == [True, True]
    held.pos = 8
    assert held.text_since(2) == b"234567"
    assert held.fill()
    assert (held.offset, held.data, held.pos) == (4, b"456789", 4)
    assert (held.text_since(2), held.text_since(5)) == (b"", b"567")
    assert not held.fill()
