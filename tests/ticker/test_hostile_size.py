"""Input without measure: long lines, many pairs, deep nesting, and a few bytes that stand for gigabytes."""

import bz2
import gzip
import lzma
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from string import ascii_uppercase
from typing import Any, NamedTuple

import pytest
from conftest import PAGE_10, PAGE_16, Run
from feedserver import EIGHT

from ctick.errors import CtickError
from ctick.sources.registry import SOURCES
from ctick.ticker import decoding

MIB = 1 << 20
PACK: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}

CHILD = """
import sys
from ctick.__main__ import main
code = main(sys.argv[1:])
print(*(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")), file=sys.stderr)
sys.exit(code)
"""


class Measured(NamedTuple):
    """What a process gave, and the most memory that it had in MiB."""

    code: int
    out: str
    err: str
    peak: int


def measured(folder: Path, *argv: str, data: bytes = b"") -> Measured:
    """A command in a process of its own."""
    if not Path("/proc/self/status").exists():
        pytest.skip("the peak of a process's memory is read from /proc")
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *argv],
        input=data,
        capture_output=True,
        env={"HOME": str(folder)},
        timeout=600,
        check=False,
    )
    *lines, peak = done.stderr.decode().splitlines(keepends=True)
    return Measured(done.returncode, done.stdout.decode(), "".join(lines), int(peak) >> 10)


LONG = {
    "prose": b"x" * MIB,
    "digits": b"KGS/USD = " + b"1" * MIB,
    "places": b"KGS/USD = 0." + b"1" * MIB + b" 0%",
    "change": b"KGS/USD = 0.01 " + b"9" * MIB + b"%",
    "blanks": b"KGS/USD = " + b" " * MIB + b"0.01144 0%",
    "bullets": "•".encode() * (MIB // 3) + b" KGS/USD = 0.01144 0%",
    "signs": b"KGS/USD = 0.01144 " + b"-" * MIB,
    "equals": b"=/" * (MIB // 2),
    "date": b"KGS/USD = 0.01144 0%\n16 " + b" " * MIB + b"December 2025",
    "tag": b"<html><p " + b"a=b " * (MIB // 4) + b">",
    "entity": b"<p>&#" + b"9" * MIB + b";",
    "nul": b"\0" * MIB,
}


@pytest.mark.parametrize("kind", LONG)
def test_lines_of_a_megabyte(run: Run, kind: str) -> None:
    """Whatever they are, the page below them is read, and what is said of them is short."""
    for command in ("parse", "snapshot"):
        code, out, err = run(command, "-", stdin=LONG[kind] + b"\nx\n" + PAGE_16.encode())
        assert code in (0, 1)
        assert command == "snapshot" or out.endswith("TMT\tUSD\t0.28571\t0.00001\t0\t2025-12-16\ttimesca\t\n")
        assert all(len(line) < 400 for line in err.splitlines())


def test_lines_of_a_megabyte_elsewhere(run: Run) -> None:
    """Amounts, exports, and words on the command line."""
    for kind in ("prose", "digits", "blanks", "nul"):
        code, out, err = run("convert", "-", stdin=LONG[kind] + b"\n50000 KGS\n")
        assert (code, out) == (1, "571.50 USD\n")
        assert err.startswith("ctick: line 1 is too long: write one amount and its currencies on a line\n")
        code, out, err = run("import", "-", stdin=b'{"ctick": "export", "version": 1}\n{"source": "' + LONG[kind])
        assert (code, out) == (3, "")
        assert err == "ctick: stdin: line 2 is too long for an export: nothing was imported\n"
        assert run("convert", LONG[kind].decode()).code == 2


def test_a_hundred_thousand_pairs(tmp_path: Path) -> None:
    """Pairs that ctick does not have are counted; of rates that all differ each is named; memory stays flat."""
    codes = ["".join(code) for code in product(ascii_uppercase, repeat=4)][:100_000]
    pairs = b"".join(b"%s/USD = 1.%05d 0%%\n" % (code.encode(), place) for place, code in enumerate(codes))
    few = measured(tmp_path, "parse", data=PAGE_16.encode())
    many = measured(tmp_path, "parse", data=pairs + PAGE_16.encode())
    assert (many.code, many.out) == (0, few.out)
    assert many.err == "100,000 lines of other pairs skipped\n"
    assert many.peak < few.peak + 24
    rates = b"".join(b"KGS/USD = 0.%06d 0%%\n" % place for place in range(100_000, 200_000))
    many = measured(tmp_path, "parse", "-q", data=rates)
    assert (many.code, many.out.count("\n")) == (1, 100_000)
    assert many.peak < few.peak + 40


def test_a_hundred_thousand_levels(run: Run, tmp_path: Path) -> None:
    """HTML, JSON and XML as deep as they may be: read, or refused in a sentence; flat in memory."""
    few = measured(tmp_path, "parse", data=PAGE_16.encode())
    for name in (b"div", b"b", b"table"):
        deep = b"<html>" + b"<%s>" % name * 100_000 + PAGE_16.encode() + b"</%s>" % name * 100_000
        found = measured(tmp_path, "parse", data=deep)
        assert (found.code, found.out, found.err) == (0, few.out, "")
        assert found.peak < few.peak + 24
    for body in (b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000):
        assert run("import", "-", stdin=body).code == 3
        assert run("import", "-", stdin=b'{"ctick": "export", "version": 1}\n' + body[:60_000]).code == 3
        for source in ("cbu", "frankfurter", "fawaz"):
            with pytest.raises(CtickError):
                SOURCES[source].parse(body)
    for root, row in ((b"ValCurs", b"Valute"), (b"rates", b"item"), (b"CurrencyRates", b"Currency")):
        deep_row = b"<%s Date='22.05.2026'>" % root + b"<%s>" % row * 90_000 + b"</%s>" % row * 90_000 + b"</%s>" % root
        for source in EIGHT:
            if source != "timesca":
                with pytest.raises(CtickError):
                    SOURCES[source].parse(*[deep_row] * len(SOURCES[source].files))


# -- a few bytes that stand for many ------------------------------------------------------------


REFUSED = "ctick: {name}: the {kind} data unpacks to more than {limit:,} bytes: use --force to read it anyway\n"


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> int:
    """A limit that is reached soon."""
    monkeypatch.setattr(decoding, "UNPACKED_LIMIT", MIB)
    return MIB


@pytest.mark.parametrize("kind", PACK)
def test_bombs(run: Run, tmp_path: Path, limit: int, kind: str) -> None:
    """Refused with the sentence, exit 3; `--force` reads on; what came before is shown and saved, exit 1."""
    bomb, behind = tmp_path / "bomb", tmp_path / "behind"
    bomb.write_bytes(PACK[kind](b"\n" * (2 * MIB) + PAGE_16.encode()))
    behind.write_bytes(PACK[kind](PAGE_10.encode() + b"x\n" * MIB + PAGE_16.encode()))
    assert bomb.stat().st_size < 20_000
    for command in ("parse", "snapshot"):
        assert run(command, str(bomb), "-q")[:3:2] == (3, REFUSED.format(name=bomb, kind=kind, limit=limit))
        assert run(command, str(bomb), "--force", "-q")[:3:2] == (0, "")
        code, out, err = run(command, str(behind), "-q")
        assert (code, err) == (1, REFUSED.format(name=behind, kind=kind, limit=limit))
        assert command == "snapshot" or out.count("2025-12-10") == out.count("\n") == 5
        assert run(command, str(behind), "--force", "-q")[:3:2] == (0, "")
    assert run("import", str(bomb)).code == 3


@pytest.mark.parametrize("kind", PACK)
def test_members_count_together(run: Run, tmp_path: Path, limit: int, kind: str) -> None:
    """Many small members are one input."""
    bomb = tmp_path / "bomb"
    bomb.write_bytes(PACK[kind](b"\n" * 100_000) * 12 + PACK[kind](PAGE_16.encode()))
    assert run("parse", str(bomb)) == (3, "", REFUSED.format(name=bomb, kind=kind, limit=limit))
    assert run("parse", str(bomb), "--force").out.count("\n") == 5


@pytest.mark.parametrize("outer", PACK)
@pytest.mark.parametrize("inner", PACK)
def test_a_bomb_inside_a_bomb(run: Run, tmp_path: Path, limit: int, outer: str, inner: str) -> None:
    """What is packed twice is unpacked once: its bytes are no ticker."""
    path = tmp_path / "bomb"
    path.write_bytes(PACK[outer](PACK[inner](PAGE_16.encode() + b"\n" * (8 * MIB))))
    code, out, err = run("parse", str(path))
    assert (code, out) == (3, "")
    assert err.startswith(f"ctick: {path}: no readable ticker lines found (")


def test_an_xz_file_that_asks_for_gigabytes(tmp_path: Path) -> None:
    """Its header says that its dictionary has 4 GiB: refused before any of it is taken."""
    packed = bytearray(lzma.compress(PAGE_16.encode(), preset=0))
    header = 12
    size = (packed[header] + 1) * 4
    place = packed.index(b"\x21\x01", header) + 2
    packed[place] = 40
    packed[header + size - 4 : header + size] = struct.pack("<I", zlib.crc32(packed[header : header + size - 4]))
    path = tmp_path / "page.xz"
    path.write_bytes(packed)
    for force in ((), ("--force",)):
        found = measured(tmp_path, "parse", str(path), *force)
        assert (found.code, found.out) == (3, "")
        assert (
            found.err
            == f"ctick: {path}: the xz data needs more than 100,663,296 bytes of memory: unpack the file first\n"
        )
        assert found.peak < 60


def gigabyte(kind: str) -> Iterator[bytes]:
    """More than 1 GiB of blank lines behind a page, in one member."""
    packers: dict[str, Callable[[], Any]] = {
        "gzip": lambda: zlib.compressobj(9, wbits=31),
        "bz2": bz2.BZ2Compressor,
        "xz": lambda: lzma.LZMACompressor(preset=0),
    }
    packer = packers[kind]()
    yield packer.compress(PAGE_10.encode())
    for _ in range(1025):
        yield packer.compress(b"\n" * MIB)
    yield packer.compress(PAGE_16.encode()) + packer.flush()


@pytest.mark.long
@pytest.mark.parametrize("kind", PACK)
def test_a_gigabyte(tmp_path: Path, kind: str) -> None:
    """The real limit: 1 GiB of output, in flat memory; `--force` reads all of it."""
    path = tmp_path / "bomb"
    with path.open("wb") as file:
        file.writelines(gigabyte(kind))
    for argv, code, count in ((["parse", "-q"], 1, 5), (["parse", "-q", "--force"], 0, 10)):
        begin = time.monotonic()
        found = measured(tmp_path, *argv, str(path))
        print(f"{kind}, {path.stat().st_size:,} bytes, {argv}: {time.monotonic() - begin:.1f} s, {found.peak} MiB")  # noqa: T201 - the figures are what it is run for
        assert (found.code, found.out.count("\n")) == (code, count)
        assert found.err == ("" if code == 0 else REFUSED.format(name=path, kind=kind, limit=1 << 30))
        assert found.peak < 128
