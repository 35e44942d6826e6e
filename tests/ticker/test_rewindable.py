"""Chunks as a file that can go back a little."""

import re

from ctick.ticker.rewindable import Rewindable

MARK = re.compile(rb"(?=M)")


def test_it_reads_like_a_file() -> None:
    """An empty chunk is not the end; what is held can be read again."""
    file = Rewindable([b"ab", b"", b"cdef", b""], 100)
    assert [file.read(3), file.read(3), file.tell(), file.read(9), file.read(9)] == [b"ab", b"cde", 5, b"f", b""]
    file.seek(1)
    assert (file.read(9), file.tell()) == (b"bcdef", 6)


def test_only_what_is_needed_is_held() -> None:
    """Nothing before what was forgotten, and of the rest at most so many bytes, apart from the last chunk."""
    file = Rewindable([b"0123456789"] * 10, 20)
    for _ in range(3):
        file.read(10)
    file.forget(8)
    assert (file.held(7), file.held(8), file.held(8, 3)) == (b"", b"8901234567890123456789", b"890")
    while file.read(10):
        pass
    assert (file.held(69), file.held(70)) == (b"", b"0123456789" * 3)


def test_finding() -> None:
    """Each place, with as many bytes as are asked for, wherever the chunks end; what is before it is forgotten."""
    text = b"x" * 200 + b"M1" + b"y" * 300 + b"M2" + b"z" * 100 + b"M3"
    for cut in (1, 7, 1000):
        file = Rewindable([text[start : start + cut] for start in range(0, len(text), cut)], 1000)
        assert list(file.find(MARK, 0, 4)) == [(200, b"M1yy"), (502, b"M2zz"), (604, b"M3")]
        assert file.held(400) == b""
        file = Rewindable([text], 1000)
        assert [place for place, _ in file.find(MARK, 201, 4)] == [502, 604]


def test_a_pattern_that_is_cut_by_chunks_is_found() -> None:
    """Wherever the chunks end."""
    data = b"x" * 100 + b"WARC/1.0" + b"y" * 100
    for cut in range(101, 108):
        file = Rewindable([data[:cut], data[cut:]], 1000)
        assert list(file.find(re.compile(rb"(?=WARC/1\.\d)"), 0, 8)) == [(100, b"WARC/1.0")]
