"""What a Tab offers, whatever is typed and whatever the store is like."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from conftest import Run, sql

from ctick import settings
from ctick.cli.completion import answer
from ctick.cli.declarations import COMMANDS
from ctick.cli.words import offers
from ctick.sources.registry import SOURCES

FIVE = "KGS KZT TJS UZS TMT"
ALL_SOURCES = " ".join(SOURCES)


def test_the_names_of_the_sources() -> None:
    """Those of the registry, which is too slow to be loaded at each Tab."""
    assert {name: source.publisher for name, source in SOURCES.items()} == settings.SOURCES
    assert list(settings.SOURCES) == list(SOURCES)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("conv", "convert"),
        ("-q conv", "convert"),
        ("--db x conv", "convert"),
        ("K", "KGS KZT"),
        ("k", "kgs kzt"),
        ("rates ", FIVE),
        ("rates k", "kgs kzt"),
        ("rates KGS ", "KZT TJS UZS TMT"),
        ("rates -- k", "kgs kzt"),
        ("rates kgs K", "KZT"),
        ("convert 5 ", f"{FIVE} USD"),
        ("convert 5 KGS to U", "UZS USD"),
        ("convert -5 u", "uzs usd"),
        ("5000 k", "kgs kzt"),
        ("$5 k", "kgs kzt"),
        ("kgs u", "uzs usd"),
        ("rates --source ", ALL_SOURCES),
        ("rates --source=cb", "--source=cbr --source=cbu"),
        ("snapshot cb", "cbr cbu"),
        ("snapshot --as nb", "nbk nbkr nbt"),
        ("rates -o ", " ".join(COMMANDS["rates"].formats())),
        ("rates -o", "-o"),
        ("rates -oj", "-ojson -ojsonl"),
        ("rates -qoj", "-qojson -qojsonl"),
        ("convert 5 KGS -o n", "number"),
        ("export -o j", "jsonl"),
        ("-o js", "json jsonl"),
        ("history --days ", "all weekly monthly"),
        ("scan --own-rates ", "page store"),
        ("scan --date a", "article"),
        ("rates --date ", "today yesterday"),
        ("history --since ", "today yesterday 7d 30d 6m 1y"),
        ("history --since=3", "--since=30d"),
        ("rates --max-age ", "1d 3d 7d 30d"),
        ("watch --every 1", "1m 10m 1h"),
        ("convert 5 KGS --places ", ""),
        ("convert 5 KGS --rate ", ""),
        ("forget 2025-12-16 ", ""),
        ("sources --max", ""),
        ("doctor --max", "--max-age"),
        ("doctor --max-age 3d --max", ""),
        ("watch --alert a --al", "--alert"),
        ("help conv", "convert"),
        ("help env", "environment"),
        ("--show-completion ", "bash zsh fish"),
        ("--ver", "--version"),
        ("bogus ", ""),
        ("bogus --", None),
        ("rates --bogus ", FIVE),
        ("rates --=", ""),
        ("rates -\x1b", ""),
        ("rates ж", ""),
    ],
)
def test_what_is_offered(line: str, expected: str | None) -> None:
    """Commands, options and values that can follow, in the case in which they are typed."""
    *words, word = line.split(" ")
    found, files = offers(words, word)
    assert expected is None or " ".join(found) == expected
    assert files == (line == "snapshot cb")


@pytest.mark.parametrize("line", ["parse ", "rates --db ", "rates --db=", "import ", "history --svg ", "parse -- "])
def test_where_files_are_wanted(line: str) -> None:
    """By the metavar: FILE or FOLDER."""
    *words, word = line.split(" ")
    assert offers(words, word) == ({}, True)


def test_descriptions() -> None:
    """Currencies have their names, sources their publishers, commands and options what the help says."""
    assert offers(["rates"], "KG")[0] == {"KGS": "Kyrgyz som"}
    assert offers(["rates", "--source"], "cbr")[0] == {"cbr": "Bank of Russia"}
    assert offers([], "doc")[0] == {"doctor": "Check the store and the installation."}
    assert offers(["rates"], "-q")[0] == {"-q": "Print only results and errors."}


def test_what_the_store_has(saved: Run) -> None:
    """Its days, newest first, and the names of its sources."""
    assert saved("snapshot", "-", "-q", "--source", "mine", stdin="KGS/USD = 0.01144 0%\n1 March 2025\n").code == 0
    assert list(offers(["forget"], "2")[0]) == ["2025-12-16", "2025-12-10", "2025-03-01"]
    assert list(offers(["forget"], "2025-12")[0]) == ["2025-12-16", "2025-12-10"]
    assert offers(["rates", "--source"], "min")[0] == {"mine": "in your store"}


def test_twenty_days_are_enough(filled_store: Path) -> None:
    days = list(offers(["--db", str(filled_store), "forget"], "2")[0])
    assert len(days) == 20
    assert days == sorted(days, reverse=True)


def test_another_store_is_asked_for_its_days(saved: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that the line or CTICK_DB names."""
    assert saved("backup", str(home / "copy.db")).code == 0
    assert saved("forget", "2025-12-16", "-q", "--db", "~/copy.db".replace("~", str(home))).code == 0
    assert list(offers(["--db", "~/copy.db", "forget"], "2")[0]) == ["2025-12-10"]
    assert list(offers(["forget", f"--db={home}/copy.db"], "2")[0]) == ["2025-12-10"]
    monkeypatch.setenv("CTICK_DB", str(home / "copy.db"))
    assert list(offers(["forget"], "2")[0]) == ["2025-12-10"]


def state(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("damage", ["locked", "rubbish", "empty", "folder", "missing", "half", "wal"])
def test_a_store_that_is_not_well(saved: Run, home: Path, damage: str) -> None:
    """Nothing fails or waits, and nothing is written."""
    path = home / ".local/share/ctick/ctick.db"
    connection = sqlite3.connect(path, isolation_level=None)
    if damage == "locked":
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("DELETE FROM quote")
    elif damage == "wal":
        connection.execute("PRAGMA journal_mode = wal")
    elif damage == "half":
        path.write_bytes(path.read_bytes()[:9000])
    else:
        path.unlink()
        if damage == "folder":
            path.mkdir()
        elif damage != "missing":
            path.write_bytes(b"" if damage == "empty" else os.urandom(20_000))
    before = state(home)
    found = list(offers(["forget"], "")[0])
    assert found[:2] == ["today", "yesterday"]
    assert offers(["rates", "--source"], "")[0] == settings.SOURCES
    assert state(home) == before
    with closing(connection):
        if damage in ("locked", "wal"):
            assert found[2:] == ["2025-12-16", "2025-12-10"]


@pytest.mark.parametrize(
    "name", ["$(touch x)", "`touch x`", "a b", "a\nb", "\x1b[2J", "x;touch x", "*", "-rf", "'", 'a"b']
)
def test_foreign_text_in_the_store(saved: Run, home: Path, name: str) -> None:
    """A name that ctick would not have saved is not offered, nor a day that is none."""
    path = home / ".local/share/ctick/ctick.db"
    sql(path, "UPDATE snapshot SET source = ?, as_of = ? WHERE as_of = '2025-12-10'", name, name)
    assert offers(["rates", "--source"], "")[0] == settings.SOURCES
    assert list(offers(["forget"], "")[0]) == ["today", "yesterday", "2025-12-16"]


PROTOCOLS = [
    # instruction, environment, exit code, stdout
    ("complete_bash", {"COMP_WORDS": "ctick\nrates\nK", "COMP_CWORD": "2"}, 0, "KGS\nKZT\n"),
    ("complete_bash", {"COMP_WORDS": "ctick\nrates\n--source\n=\ncb", "COMP_CWORD": "4"}, 0, "cbr\ncbu\n"),
    ("complete_bash", {"COMP_WORDS": "ctick\nhistory\n--days\n=", "COMP_CWORD": "3"}, 0, "all\nweekly\nmonthly\n"),
    ("complete_bash", {"COMP_WORDS": "ctick\nrates\n--source=cb", "COMP_CWORD": "2"}, 0, "--source=cbr\n--source=cbu\n"),
    ("complete_bash", {"COMP_WORDS": "ctick\nrates\n'K", "COMP_CWORD": "2"}, 0, "KGS\nKZT\n"),
    ("complete_bash", {"COMP_WORDS": "ctick\nparse\n", "COMP_CWORD": "2"}, 1, ""),
    ("complete_bash", {"COMP_WORDS": "ctick\nsou\nrest", "COMP_CWORD": "1"}, 0, "sources\n"),
    ("describe", {"COMP_WORDS": "ctick\nrates\nKG", "COMP_CWORD": "2"}, 0, "KGS\tKyrgyz som\n"),
    ("describe", {"COMP_WORDS": "ctick\nsnapshot\ncbr", "COMP_CWORD": "2"}, 1, "cbr\tBank of Russia\n"),
    ("complete_zsh", {"_TYPER_COMPLETE_ARGS": "ctick rates KG"}, 0, "_arguments '*: :((\"KGS\":\"Kyrgyz som\"))'\n"),
    ("complete_zsh", {"_TYPER_COMPLETE_ARGS": "ctick parse "}, 0, "_files\n"),
    ("complete_zsh", {"_TYPER_COMPLETE_ARGS": "ctick convert 5 KGS --rate "}, 0, ":\n"),
    ("complete_fish", {"_TYPER_COMPLETE_FISH_ACTION": "is-args", "_TYPER_COMPLETE_ARGS": "ctick"}, 0, ""),
    ("complete_fish", {"_TYPER_COMPLETE_FISH_ACTION": "is-args", "_TYPER_COMPLETE_ARGS": "ctick parse '"}, 1, ""),
    ("complete_fish", {"_TYPER_COMPLETE_FISH_ACTION": "is-args", "_TYPER_COMPLETE_ARGS": "ctick bogus "}, 0, ""),
    ("complete_fish", {"_TYPER_COMPLETE_FISH_ACTION": "get-args", "_TYPER_COMPLETE_ARGS": "ctick bogus "}, 0, ""),
    ("complete_fish", {"_TYPER_COMPLETE_FISH_ACTION": "get-args", "_TYPER_COMPLETE_ARGS": "ctick rates KG"}, 0, "KGS\tKyrgyz som\n"),
    ("complete_powershell", {"_TYPER_COMPLETE_ARGS": "ctick rates KG", "_TYPER_COMPLETE_WORD_TO_COMPLETE": "KG"}, 0, "KGS:::Kyrgyz som\n"),
    ("complete_pwsh", {"_TYPER_COMPLETE_ARGS": "ctick history --days"}, 0, "all::: \nweekly::: \nmonthly::: \n"),
]  # fmt: skip


@pytest.mark.parametrize(("instruction", "environment", "code", "out"), PROTOCOLS)
def test_the_protocols(ctick: Run, instruction: str, environment: dict[str, str], code: int, out: str) -> None:
    """Those of Typer's scripts and of ctick's own."""
    assert ctick(env={"_CTICK_COMPLETE": instruction, **environment}) == (code, out, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_is_printed(ctick: Run, shell: str) -> None:
    """By the option, whichever shell runs it, and by Typer's variable."""
    code, out, err = ctick("--show-completion", shell)
    assert (code, err) == (0, "")
    assert f"Completion of ctick in {shell}." in out
    assert ctick(f"--show-completion={shell}") == (0, out, "")
    assert ctick(env={"_CTICK_COMPLETE": f"source_{shell}"}) == (0, out, "")


def test_the_shell_is_detected(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """If it is not named; `SHELL` tells it where the processes do not."""
    monkeypatch.setattr("shellingham.detect_shell", lambda: ("zsh", "/bin/zsh"))
    assert run("--show-completion") == run("--show-completion", "zsh")
    monkeypatch.delattr("shellingham.detect_shell")
    monkeypatch.setenv("SHELL", "/usr/bin/fish")
    assert run("--show-completion") == run("--show-completion", "fish")
    monkeypatch.setenv("SHELL", "/bin/sh")
    assert run("--show-completion") == (2, "", "ctick: your shell is unknown: name it (bash, zsh, fish)\n")


@pytest.mark.parametrize("option", ["--show-completion", "--install-completion"])
def test_other_shells(run: Run, option: str) -> None:
    message = "ctick: there is no completion for 'csh': choose bash, zsh, fish\n"
    assert run(option, "csh") == (2, "", message)
    assert run(option, "bash", "zsh") == (2, "", f"ctick: {option} takes one shell: bash, zsh, fish\n")


def test_installing_twice_adds_one_line(run: Run, home: Path) -> None:
    """What else is in the file stays, also without an end of line."""
    (home / ".bashrc").write_bytes(b"PS1='\xff'")
    first = run("--install-completion", "bash")
    script = home / ".bash_completions/ctick.sh"
    assert first == (
        0,
        f"completion for bash is in {script}, and a line in {home}/.bashrc; open a new shell to use it\n",
        "",
    )
    assert run("--install-completion", "bash") == first
    assert (home / ".bashrc").read_bytes() == f"PS1='X'\nsource '{script}'\n".encode().replace(b"X", b"\xff")


def test_a_home_with_a_quote_in_its_name(home: Path, ctick: Run) -> None:
    """It is quoted for the shell, which would run it otherwise."""
    other = home / "it's $(touch ran)"
    other.mkdir()
    assert ctick("--install-completion", "bash", env={"HOME": str(other)}).code == 0
    (other / ".bash_completions/ctick.sh").write_text("echo loaded\n")
    done = subprocess.run(["bash", other / ".bashrc"], cwd=home, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, list(home.glob("ran"))) == ("loaded\n", "", [])


def test_a_file_of_somebody_else_is_not_replaced(run: Run, home: Path) -> None:
    """Neither what lies in the script's place, nor what that is a link to; an earlier script is replaced."""
    script = home / ".config/fish/completions/ctick.fish"
    script.parent.mkdir(parents=True)
    mine = home / "mine"
    mine.write_text("precious\n")
    script.symlink_to(mine)
    assert run("--install-completion", "fish") == (
        1,
        "",
        f"ctick: {script} is not a script of ctick, and was not replaced; move it away first\n",
    )
    assert mine.read_text() == "precious\n"
    mine.write_text("# _CTICK_COMPLETE\n")
    assert run("--install-completion", "fish").code == 0
    assert mine.read_text() == run("--show-completion", "fish").out


@pytest.mark.skipif(sys.platform == "win32", reason="needs a named pipe")
@pytest.mark.parametrize("name", [".bashrc", ".bash_completions/ctick.sh"])
def test_what_is_not_a_file_is_not_written_to(run: Run, home: Path, name: str) -> None:
    """ctick would wait for a reader of the named pipe."""
    (home / name).parent.mkdir(exist_ok=True)
    os.mkfifo(home / name)
    assert run("--install-completion", "bash") == (
        1,
        "",
        f"ctick: completion for bash can't be installed ({home}/{name}: not a file);"
        " 'ctick --show-completion bash' prints the script\n",
    )


def test_installing_without_a_home(ctick: Run) -> None:
    message = (
        "ctick: no home folder to install completion in: set HOME; 'ctick --show-completion bash' prints the script\n"
    )
    assert ctick("--install-completion", "bash", env={"HOME": "here"}) == (2, "", message)


def test_where_nothing_can_be_installed(run: Run, home: Path) -> None:
    (home / ".zfunc").write_text("")
    assert run("--install-completion", "zsh") == (
        1,
        "",
        f"ctick: completion for zsh can't be installed ({home}/.zfunc: File exists);"
        " 'ctick --show-completion zsh' prints the script\n",
    )


@pytest.mark.parametrize(
    ("instruction", "environment"),
    [
        ("complete_bash", {}),
        ("complete_bash", {"COMP_WORDS": "ctick con", "COMP_CWORD": "x"}),
        ("1", {"COMP_WORDS": "ctick\ncon", "COMP_CWORD": "1"}),
        ("", {}),
    ],
)
def test_completion_without_a_shell(ctick: Run, instruction: str, environment: dict[str, str]) -> None:
    """A variable that was left set is named in the message; it is not a bug."""
    message = "ctick: _CTICK_COMPLETE is set for shell completion, but not as any shell sets it: unset it\n"
    assert ctick("rates", env={"_CTICK_COMPLETE": instruction, **environment}) == (2, "", message)


def test_a_bug_offers_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A message would be printed into the prompt."""
    monkeypatch.setattr("ctick.cli.completion.offers", lambda *_: 1 / 0)
    monkeypatch.setenv("COMP_WORDS", "ctick\n")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert answer("complete_bash") == 0
    assert capsys.readouterr() == ("", "")


def test_what_a_tab_loads(home: Path) -> None:
    """Neither Typer nor the sources."""
    program = "import sys; from ctick.__main__ import main; main([]); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}; {program}"],
        env={"HOME": str(home), "_CTICK_COMPLETE": "describe", "COMP_WORDS": "ctick\nrates\n--source\nc", "COMP_CWORD": "3"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "cbr\tBank of Russia\ncbu\tCentral Bank of Uzbekistan\n"
    loaded = set(done.stderr.split())
    assert not loaded & {"typer", "re", "shlex", "sqlite3", "typing", "ctick.sources.registry", "ctick.cli.app"}
