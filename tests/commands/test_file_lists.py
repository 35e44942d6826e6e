"""Folders (`-r`) and lists of names (`--files-from`), in `parse` and `snapshot`."""

import gzip
import os
import shutil
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from conftest import PAGE_16, Run, on_a_terminal

from ctick.commands import parse, snapshot
from ctick.commands.file_lists import Selection
from ctick.commands.options import Options
from ctick.commands.report import Report

NO_TICKER = (
    "ctick: no readable ticker lines found in any file (they look like 'KGS/USD = 0.01144 0%'):"
    " name a folder with pages that have the ticker\n"
)


def line(day: int) -> str:
    """A page whose rate tells which one it is."""
    return f"KGS/USD = 0.011{day} 0%\n{day} December 2025\n"


def days(out: str) -> list[int]:
    """The days of rows, in their order."""
    return [int(row.split("\t")[5][-2:]) for row in out.splitlines()]


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of pages in the current one, with much that is no page: an image, empty files, links, a FIFO."""
    monkeypatch.chdir(tmp_path)
    for name, content in {
        "pages/b.txt": line(13),
        "pages/b/c/deep\nand wide.txt": line(14),
        "pages/b-a.txt": line(12),
        "pages/a": line(11),
        "pages/z.html": f"<p>{line(15)}</p>",
        "pages/b/empty": "",
        "pages/image.png": "\x89PNG USD",
        "pages/other.txt": "EUR/USD = 1.17 0%\n15 December 2025\n",
        "pages/.hidden": line(21),
        "pages/.git/objects": line(22),
        "elsewhere/page": line(16),
    }.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(content)
    Path("pages/loop").symlink_to("..")
    Path("pages/b/folder").symlink_to("../../elsewhere")
    Path("pages/link").symlink_to("../elsewhere/page")
    os.mkfifo("pages/fifo")
    Path("pages/to-fifo").symlink_to("fifo")
    return tmp_path


def test_a_folder_stands_for_the_files_below_it(run: Run, pages: Path) -> None:
    """In the order of `find | sort`; hidden ones, links to folders and FIFOs are left out; files without a ticker are normal."""
    found = run("parse", "-r", "pages")
    assert (found.code, found.err) == (0, "1 line of other pairs skipped\n")
    assert days(found.out) == [11, 12, 13, 14, 16, 15]
    assert run("parse", "-qr", "pages/", "elsewhere") == (0, found.out + run("parse", "elsewhere/page").out, "")
    assert days(run("parse", "-q", "-r", ".").out) == [16, *days(found.out)]
    assert days(run("parse", "-q", "-r", "pages/.git").out) == [22]
    assert days(run("parse", "-q", "-r", "pages/loop/elsewhere", "pages/b/folder").out) == [16, 16]


def test_without_the_option_a_folder_is_an_error(run: Run, pages: Path) -> None:
    """The message has the command that reads it."""
    Path("-x y").mkdir()
    assert (
        run("parse", "pages", "elsewhere/page").err
        == "ctick: pages is a folder: 'ctick parse -r pages' reads the files in it\n"
    )
    assert run("parse", "--", "-x y") == (
        3, "", "ctick: -x y is a folder: \"ctick parse -r './-x y'\" reads the files in it\n"
    )  # fmt: skip
    assert run("snapshot", "pages", "--db", "my.db") == (
        3, "", "ctick: pages is a folder: 'ctick snapshot -r pages --db my.db' reads the files in it\n"
    )  # fmt: skip
    assert run("parse", "--files-from", "-", stdin="pages\nelsewhere/page\n").code == 1


@pytest.mark.parametrize("saved_by", ["<Saved by Blink>", '"Saved by Internet Explorer 11"'])
def test_a_page_saved_as_one_file_is_an_error(run: Run, pages: Path, saved_by: str) -> None:
    """Its ticker is encoded, so that its rates would be missed without a word; the other files are read."""
    encoded = "KGS/USD =3D 0.01144 0%\n16 December 2025\n"
    head = f"From: {saved_by}\nMIME-Version: 1.0\nContent-Transfer-Encoding: quoted-printable\n\n"
    (pages / "pages/saved.mhtml").write_text(head + encoded)
    message = "this is a page that a browser saved as one file (MHTML), which ctick doesn't read: save it as HTML\n"
    found = run("parse", "-q", "-r", "pages")
    assert (found.code, days(found.out), found.err) == (
        1,
        [11, 12, 13, 14, 16, 15],
        f"ctick: pages/saved.mhtml: {message}",
    )
    assert run("parse", "pages/saved.mhtml") == (3, "", f"ctick: pages/saved.mhtml: {message}")


@pytest.mark.parametrize("command", ["parse", "snapshot"])
def test_nothing_to_read(run: Run, pages: Path, command: str) -> None:
    """Exit 3 for an empty folder, and where no file at all has a ticker; exit 1 if another folder has one."""
    Path("empty/below").mkdir(parents=True)
    Path("empty/.hidden").touch()
    no_files = "ctick: empty: no files found in this folder (hidden ones are skipped)\n"
    assert run(command, "-r", "empty") == (3, "", no_files)
    assert run(command, "-q", "-r", "empty", "elsewhere")[::2] == (1, no_files)
    for name in ("image.png", "other.txt"):
        shutil.copy(f"pages/{name}", "empty/below")
    assert run(command, "-q", "-r", "empty") == (3, "", NO_TICKER)
    assert run(command, "-q", "-r", "empty", "elsewhere").code == 0
    assert run(command, "-q", "-r", "empty/below/image.png") == (3, "", NO_TICKER)


def test_what_can_not_be_read_is_named(run: Run, pages: Path) -> None:
    """A broken link, a link to itself, a damaged file; the others are read, exit 1."""
    Path("pages/broken").symlink_to("gone")
    Path("pages/self").symlink_to("self")
    Path("pages/damaged.gz").write_bytes(gzip.compress(PAGE_16.encode())[:-9])
    found = run("parse", "-q", "-r", "pages")
    assert (found.code, days(found.out)) == (1, [11, 12, 13, 14, *[16] * 6, 15])
    assert found.err == (
        "ctick: no such file: pages/broken\n"
        "ctick: pages/damaged.gz: the gzip data is truncated after 1,148 unpacked bytes: get a new copy\n"
        "ctick: pages/self can't be read (Too many levels of symbolic links)\n"
    )


def test_a_folder_that_can_not_be_read(pages: Path, home: Path, ordinary: list[str]) -> None:
    """It is named, and the rest is read."""
    Path("pages/b").chmod(0)
    command = [*ordinary, sys.executable, "-m", "ctick", "parse", "-q", "-r"]
    alone = subprocess.run([*command, "pages/b"], env={"HOME": str(home)}, capture_output=True, text=True, check=False)
    done = subprocess.run(
        [*command, "pages"],
        env={"HOME": str(home)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    Path("pages/b").chmod(0o700)
    assert (done.returncode, days(done.stdout)) == (1, [11, 12, 13, 16, 15])
    assert done.stderr == alone.stderr == "ctick: pages/b can't be read (Permission denied)\n"
    assert alone.returncode == 3


def test_a_deep_tree(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As deep as a path may be, and a bit deeper: what the system can't reach is named."""
    monkeypatch.chdir(tmp_path)
    for _ in range(1100):
        os.mkdir("deep")
        os.chdir("deep")
        Path("page").write_text(line(11))
    os.chdir(tmp_path)
    found = run("parse", "-q", "-r", "deep")
    assert found.code == 1
    assert len(found.out.splitlines()) > 800
    assert found.err.endswith(" can't be read (File name too long)\n")
    assert found.err.count("\n") <= 2
    subprocess.run(["rm", "-r", "deep"], check=True)


def test_several_processes_read_folders_too(run: Run, monkeypatch: pytest.MonkeyPatch, pages: Path) -> None:
    """The same rows and messages as one; a file without a ticker is not an error there either."""
    Path("pages/broken").symlink_to("gone")
    one = run("parse", "--jobs", "1", "-r", "pages")
    started: list[None] = []
    begin = subprocess.Popen.__init__
    monkeypatch.setattr(subprocess.Popen, "__init__", lambda *args, **named: started.append(begin(*args, **named)))
    monkeypatch.setattr(parse, "_LARGE", 1)
    assert run("parse", "--jobs", "3", "-r", "pages") == one
    assert len(started) == 3
    monkeypatch.setattr(parse, "_LOOK_AHEAD", 2)
    assert run("parse", "--jobs", "3", "-r", "pages") == one
    assert len(started) == 5
    found = run("parse", "--jobs", "3", "--files-from", "-", stdin="pages/a\npages/z.html\nnone\n")
    assert (found.code, days(found.out), found.err) == (1, [11, 15], "ctick: no such file: ./none\n")
    assert len(started) == 7


def test_names_from_find(ctick: Run, pages: Path, home: Path) -> None:
    """A real pipe, with NUL between names that have line ends, blanks and bytes that are not UTF-8."""
    Path(os.fsdecode(b"pages/\xff \xe2\x80.txt")).write_text(line(17))
    Path("pages/with blank at the end ").write_text(line(18))
    script = f"find pages -type f -size +0 ! -path '*/.*' -print0 | sort -z | {sys.executable} -m ctick parse -q -r --files-from - -0"
    done = subprocess.run(["sh", "-c", script], env={"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C"},
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(days(done.stdout)) == [11, 12, 13, 14, 15, 17, 18]


def test_one_name_per_line(run: Run, pages: Path) -> None:
    """Blank lines and the \\r of a CRLF are left out, blanks in names are not; a missing file is named, the rest is read."""
    Path(" x .txt").write_text(line(19))
    names = "\ufeffpages/a\r\n\r\n   \n x .txt\npages/gone \npages/z.html"
    expected = (1, [11, 19, 15], "ctick: no such file: pages/gone \n")
    found = run("parse", "--files-from", "-", stdin=names)
    assert (found.code, days(found.out), found.err) == expected
    Path("list").write_text(names)
    found = run("parse", "--files-from=list")
    assert (found.code, days(found.out), found.err) == expected
    found = run("parse", "pages/b.txt", "--files-from", "list")
    assert days(found.out) == [13, *expected[1]]
    found = run("parse", "-q0", "--files-from", "-", stdin="pages/a\0\0pages/b/c/deep\nand wide.txt")
    assert (found.code, days(found.out), found.err) == (0, [11, 14], "")


def test_a_word_in_a_list_is_a_file(run: Run, pages: Path) -> None:
    """Never a source, stdin or an option: nothing is fetched."""
    for day, name in enumerate(("cbr", "-", "-q", "timesca"), 11):
        Path(name).write_text(line(day))
    assert days(run("parse", "--files-from", "-", stdin="cbr\n-\n-q\ntimesca\n").out) == [11, 12, 13, 14]
    result = run("snapshot", "--files-from", "list", stdin=None)
    assert result == (3, "", "ctick: no such file: list\n")
    Path("list").write_text("cbr\n-\n-q\nnbt\n")
    result = run("snapshot", "-q", "--files-from", "list", stdin=None)
    assert result == (1, "", "ctick: no such file: ./nbt\n")
    assert run("export").out.count('"source": "timesca"') == 3


WRONG = [
    (("-0",), "-0 is for a list of names: add --files-from FILE, or --files-from - for stdin"),
    (("-0", "pages"), "-0 is for a list of names: add --files-from FILE, or --files-from - for stdin"),
    (("--files-from", "-", "-"), "--files-from - and - both read stdin: leave one of them out"),
    (("-r",), "-r needs a folder: name one, as in 'ctick {} -r .'"),
    (("--files-from", "-"), "stdin: NUL in a name: add -0 if the names are separated by NUL"),
]


@pytest.mark.parametrize(("argv", "message"), WRONG)
@pytest.mark.parametrize("command", ["parse", "snapshot"])
def test_options_that_make_no_sense(run: Run, pages: Path, command: str, argv: tuple[str, ...], message: str) -> None:
    """Exit 2, and nothing is read."""
    assert run(command, *argv, stdin="pages/a\0pages/b.txt\0" * 9000) == (2, "", f"ctick: {message.format(command)}\n")


def test_saved_answers_are_named(run: Run, pages: Path) -> None:
    """A folder does not say which files make one answer."""
    message = "ctick: --as needs the files of each answer by name: leave out -r and --files-from\n"
    for argv in (("-r", "pages"), ("--files-from", "-")):
        assert run("snapshot", "--as", "cbr", *argv) == (2, "", message)


LISTS = [
    (b"", "stdin: no file names found in it"),
    (b"\n \r\n", "stdin: no file names found in it"),
    (b"x" * 200_000, "stdin: a name has more than 65,536 bytes: this is not a list of file names"),
]


@pytest.mark.parametrize(("content", "message"), LISTS)
def test_a_list_without_names(run: Run, content: bytes, message: str) -> None:
    """Exit 3: an empty list is most likely a mistake."""
    assert run("parse", "--files-from", "-", stdin=content) == (3, "", f"ctick: {message}\n")


def test_names_are_read_as_they_come() -> None:
    """A file can be read before the next name is known."""
    end, start = os.pipe()
    try:
        selection = Selection("parse", [], recursive=False, files_from=f"/dev/fd/{end}", null=False)
        inputs = selection.inputs([], Options(), Report())
        for name in ("pages/b", "pages/a"):
            os.write(start, f"{name}\n".encode())
            assert next(inputs) == name
    finally:
        os.close(start)
        os.close(end)


def test_a_long_list_takes_no_memory(tmp_path: Path) -> None:
    """Names are not kept once they have been read, neither those of a list nor of a folder."""
    names = tmp_path / "names"
    names.write_text("".join([f"/data/pages/2025/{number:08}.html\n" for number in range(50_000)]))
    folder = tmp_path / "folder"
    for number in range(100):
        (folder / f"{number:02}").mkdir(parents=True)
        for page in range(20):
            (folder / f"{number:02}" / f"page{page:02}").touch()
    selection = Selection("parse", [], recursive=True, files_from=str(names), null=False)
    tracemalloc.start()
    try:
        assert sum(1 for _ in selection.inputs([str(folder)], Options(), Report())) == 52_000
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("most", [1, 2, 100])
def test_snapshots_of_many_files_are_saved_together(
    run: Run, pages: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """Each refusal names its own file, and a repeat in another file counts as known."""
    monkeypatch.setattr(snapshot, "_MOST_INPUTS", most)
    Path("pages/again").write_text(line(11))
    Path("pages/bad").write_text("KGS/USD = 87.45 0%\n16 December 2025\n")
    result = run("snapshot", "-r", "pages")
    assert result.code == 1
    refusal, summary, _ = result.err.splitlines()
    assert refusal.startswith("ctick: refused timesca rates of 16 December 2025: KGS/USD = 87.45 is above 1 USD")
    assert refusal.endswith("; if it is right, save it with 'ctick snapshot --force pages/bad'")
    assert summary == (
        "7 snapshots of 6 days (11 Dec 2025 to 16 Dec 2025): 6 new, 1 known; 7 quotes from 8 lines, 0 repeats;"
        " 1 line of other pairs skipped"
    )
    assert run("export").out.count('"as_of"') == 6


def test_many_files_on_a_terminal(pages: Path) -> None:
    """Rows in a table, errors below it."""
    Path("pages/broken").symlink_to("gone")
    code, shown = on_a_terminal([sys.executable, "-m", "ctick", "parse", "-r", "pages", "--no-color"], pages)
    assert code == 1
    assert shown.count("KGS") == 6
    assert "no such file: pages/broken" in shown
