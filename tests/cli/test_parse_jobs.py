"""`ctick parse --jobs`: several processes say what one says. The bar that is drawn meanwhile."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PAGE_10, PAGE_16, Result, Run, page

from ctick.commands import parse


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Eight files: two good ones, repeats, a file without a ticker, a bad line, a packed one that is cut, a missing one."""
    import gzip

    contents = {
        "a.txt": PAGE_16.encode() * 50,
        "b.txt": PAGE_10.encode(),
        "c.txt": b"nothing\n",
        "d.txt": (page("KGS 0.01150 0%", "15 December 2025") + "KZT/USD = 0.0.1 0%\n").encode(),
        "e.txt.gz": gzip.compress(PAGE_16.encode())[:-9],
        "f.txt": PAGE_16.encode(),
        "g.txt": page("KGS 0.01144 0%; KGS 0.01145 0%", None).encode(),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return [str(tmp_path / name) for name in contents]


def both(run: Run, monkeypatch: pytest.MonkeyPatch, *argv: str) -> tuple[Result, Result]:
    """What one process says, and what three say."""
    one = run("parse", "--jobs", "1", *argv)
    with monkeypatch.context() as patch:
        patch.setattr(parse, "_WORTH_IT", 0)
        called: list[int] = []
        elsewhere = parse._Parser.elsewhere
        patch.setattr(parse._Parser, "elsewhere", lambda *given: called.append(1) or elsewhere(*given))  # type: ignore[func-returns-value]
        several = run("parse", "--jobs", "3", *argv)
    assert called == [1]
    return one, several


def test_the_same_in_several_processes(run: Run, monkeypatch: pytest.MonkeyPatch, files: list[str]) -> None:
    """Rows in the order of the files, the same remarks, the same exit code."""
    one, several = both(run, monkeypatch, *files)
    assert one.code == 1
    assert several == one
    assert [line.split("\t")[5] for line in one.out.splitlines()] == (
        ["2025-12-16"] * 5 + ["2025-12-10"] * 5 + ["2025-12-15"] + ["2025-12-16"] * 10 + ["", ""]
    )
    named = dict.fromkeys(line.split(": ")[1].partition(":")[0] for line in one.err.splitlines())
    assert list(named) == [files[place] for place in (2, 3, 4, 6)]


def test_the_options_go_with_it(run: Run, monkeypatch: pytest.MonkeyPatch, files: list[str]) -> None:
    """Source, day and form are those of the command, in each process."""
    argv = ("--source", "mine", "--date", "2025-12-31", "-o", "jsonl", files[6], files[1])
    one, several = both(run, monkeypatch, *argv)
    assert several == one
    assert '"as_of": "2025-12-31", "source": "mine"' in one.out


@pytest.mark.parametrize("place", [2, 4])
def test_nothing_readable(run: Run, monkeypatch: pytest.MonkeyPatch, files: list[str], place: int) -> None:
    """Exit 3 where no file has anything, however many processes said so."""
    (empty := Path(files[0])).write_text("nothing")
    one, several = both(run, monkeypatch, files[2], str(empty))
    assert (one.code, one.out) == (3, "")
    assert several == one


def test_a_file_that_goes_meanwhile(run: Run, monkeypatch: pytest.MonkeyPatch, files: list[str]) -> None:
    """A file that can't be read is named; the others are printed."""
    Path(files[1]).chmod(0)
    one, several = both(run, monkeypatch, *files[:3])
    assert several == one


def test_what_is_no_file_is_read_here(
    run: Run, monkeypatch: pytest.MonkeyPatch, files: list[str], tmp_path: Path
) -> None:
    """stdin, and files that don't exist, are for this process; small inputs too."""
    monkeypatch.setattr(parse._Parser, "elsewhere", None)
    assert len(run("parse", *files[:2]).out.splitlines()) == 10
    monkeypatch.setattr(parse, "_WORTH_IT", 0)
    assert len(run("parse", files[0], "-", stdin=PAGE_10).out.splitlines()) == 10
    assert run("parse", files[0], str(tmp_path / "none")).code == 1
    assert len(run("parse", "--jobs", "8", files[0]).out.splitlines()) == 5


@pytest.mark.parametrize("jobs", ["0", "-1", "x", "1.5"])
def test_jobs_that_cannot_be(run: Run, files: list[str], jobs: str) -> None:
    """One process at least: exit 2."""
    result = run("parse", "--jobs", jobs, files[0])
    assert (result.code, result.out) == (2, "")
    assert jobs != "0" or result.err == "ctick: --jobs 0 is too few: 1 at least\n"


# -- the bar ----------------------------------------------------------------------------------

PROGRAM = """
import sys
from ctick import bars
from ctick.commands import parse
bars._PATIENCE = 0
parse._WORTH_IT = 0
from ctick.__main__ import main
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
"""


def beside_a_terminal(folder: Path, *argv: str, program: str = PROGRAM, slow: float = 0) -> tuple[int, str, str]:
    """Exit code, stdout in a pipe, and what a terminal shows that is stderr; stdin comes in pieces, `slow` apart."""
    import pty
    import threading
    import time

    script = folder / "program.py"
    script.write_text(program)
    master, slave = pty.openpty()
    environment = {"HOME": str(folder), "TERM": "xterm", "COLUMNS": "80", "PATH": os.environ["PATH"]}
    process = subprocess.Popen(
        [sys.executable, str(script), *argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=slave, env=environment
    )  # fmt: skip
    os.close(slave)
    shown: list[bytes] = []

    def watch() -> None:
        while True:
            try:
                data = os.read(master, 65536)
            except OSError:  # Linux's way of saying that the other side is closed
                return
            if not data:
                return
            shown.append(data)

    def feed() -> None:
        assert process.stdin is not None
        for part in (PAGE_16, PAGE_10, page("KGS 0.01150 0%", "9 December 2025")):
            process.stdin.write(part.encode() * 20)
            process.stdin.flush()
            time.sleep(slow)
        process.stdin.close()

    threads = [threading.Thread(target=job) for job in (watch, feed)]
    for thread in threads:
        thread.start()
    assert process.stdout is not None
    out = process.stdout.read()
    code = process.wait(60)
    for thread in threads:
        thread.join(60)
    process.stdout.close()
    os.close(master)
    return code, out.decode(), b"".join(shown).decode()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("form", ["tsv", "jsonl"])
def test_the_bar_leaves_no_trace_on_stdout(tmp_path: Path, form: str) -> None:
    """It comes and goes on the terminal that is stderr; stdout has the rows, all of them."""
    code, out, shown = beside_a_terminal(tmp_path, "parse", "-o", form, "-", slow=0.2)
    assert code == 0
    assert len(out.splitlines()) == 11
    assert "\x1b" not in out
    assert "━" in shown
    assert "KGS" not in shown
    assert shown.rstrip().endswith(("\x1b[2K", "\x1b[?25h"))  # its line is wiped, the cursor is back


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_one_bar_for_several_processes(tmp_path: Path, files: list[str]) -> None:
    """The other processes draw none; rows and remarks are all there."""
    code, out, shown = beside_a_terminal(tmp_path, "parse", "--jobs", "2", *files)
    assert code == 1
    assert len(out.splitlines()) == 23
    assert "\x1b" not in out
    assert "0.0.1" in shown
    assert shown.count("\x1b[?25l") <= 1  # the cursor is hidden by each bar that is drawn


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_no_bar_for_what_is_quick(tmp_path: Path) -> None:
    """Within a second nothing is drawn."""
    patient = PROGRAM.replace("bars._PATIENCE = 0", "bars._PATIENCE = 30")
    assert beside_a_terminal(tmp_path, "parse", "-", program=patient)[2] == ""


@pytest.mark.skipif(sys.platform == "win32", reason="needs head")
def test_nothing_is_begun_for_a_closed_pipe(ctick: Run, tmp_path: Path) -> None:
    """`ctick parse ... | head -1` ends quietly."""
    file = tmp_path / "page"
    file.write_text("".join(page(f"KGS 0.0{rate} 0%", "16 December 2025", repeats=1) for rate in range(1000, 9000)))
    argv = " ".join([sys.executable, "-m", "ctick", "parse", "--jobs", "2", *[str(file)] * 6])
    done = subprocess.run(
        ["sh", "-c", f"{argv} | head -1"], capture_output=True, text=True, env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]}, check=True
    )  # fmt: skip
    assert (len(done.stdout.splitlines()), done.stderr) == (1, "")
