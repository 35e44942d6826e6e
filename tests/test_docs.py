"""The README and the pages in docs/ are run: their examples and commands do what they say."""

import datetime as dt
import doctest
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import Run
from feedserver import Server
from run_console_blocks import CONSOLE, MOMENT, PAGES, PROGRAM, rerun

from ctick import errors, model
from ctick.cli import help as texts
from ctick.cli.declarations import COMMANDS, OF_ALL
from ctick.sources import contract

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(name: str, language: str) -> list[str]:
    """The blocks of a page that are in one language; there is one at least."""
    found = [text for marked, text in BLOCK.findall((DOCS / name).read_text(encoding="utf-8")) if marked == language]
    assert found
    return found


def test_the_examples_in_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block of docs/python.md, in one session, gives exactly what is shown."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for text in blocks("python.md", "pycon"):
        example = doctest.DocTestParser().get_doctest(text, names, "docs/python.md", None, None)
        assert example.examples
        shown: list[str] = []
        result = doctest.DocTestRunner().run(example, out=shown.append, clear_globs=False)
        assert result.failed == 0, "".join(shown)
        names |= example.globs


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    "page", [page for page in PAGES if CONSOLE.search(page.read_text())], ids=lambda page: page.name
)
def test_the_commands_of_a_page_print_what_it_shows(page: Path, running: Server) -> None:
    """Also the tables of options; `python tests/run_console_blocks.py --write` brings the pages up to date."""
    if not PROGRAM.exists():
        pytest.skip("ctick is not installed beside this Python")
    text = page.read_text(encoding="utf-8")
    assert MOMENT.sub("*", rerun(text, running)).splitlines() == MOMENT.sub("*", text).splitlines()


def test_the_reference_has_every_option_of_every_command() -> None:
    text = (DOCS / "reference.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^<!-- options of (\w+) -->$", text, re.MULTILINE))
    own = {name for name, command in COMMANDS.items() if set(command.options().values()) - set(OF_ALL)}
    assert named == {"all"} | own


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Each relative link names a file, and its anchor a heading of that file."""
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"https?://", target):
            continue
        name, _, anchor = target.partition("#")
        place = page.parent / name if name else page
        assert place.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", place.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in slugs, target


def test_the_ninth_source() -> None:
    """The source that docs/sources.md shows can be written so, and reads its feed."""
    (code,) = blocks("sources.md", "python")
    names: dict[str, object] = {}
    exec(code, names)
    source = names["MYBANK"]
    assert isinstance(source, contract.Source)
    leg = model.Leg("USD", "KGS", 1, Decimal("87.45"), Decimal("0.01"))
    quote = model.Quote.derived("KGS", (leg,))
    (answer,) = re.findall(r"This one reads\n`(.*?)`", (DOCS / "sources.md").read_text())
    assert source.parse(answer.encode()) == [model.Snapshot("mybank", dt.date(2026, 5, 22), (quote,))]
    for wrong in ("[]", "{}", '{"date": "2026-05-22", "usd": "-"}'):
        with pytest.raises(errors.InputError):
            source.parse(wrong.encode())


def test_every_promise_names_a_test() -> None:
    """Each row of docs/promises.md names tests, and these exist."""
    lines = (DOCS / "promises.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ") and "**" not in line][2:]
    assert len(rows) > 20
    for row in rows:
        named = re.findall(r"`([\w/]+\.py)::(\w+)`", row)
        assert named, row
        for file, name in named:
            assert f"\ndef {name}(" in (ROOT / "tests" / file).read_text(), row


DEVELOPING = (DOCS / "developing.md").read_text(encoding="utf-8")
TASKS = dict(
    re.findall(r"^\| ([^|`]+?) (?:`[^`]+` )?\| `([^`]+)` \|$", DEVELOPING.partition("## Folders")[0], re.MULTILINE)
)


def do(command: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """A command as a developer types it, in an environment where ctick is installed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("page", [page for page in PAGES if "```toml" in page.read_text()], ids=lambda page: page.name)
def test_the_settings_of_a_page_are_read(page: Path, home: Path, run: Run) -> None:
    """Each block is a file without an error."""
    for text in re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        file = home / ".config" / "ctick" / "config.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        code, out, err = run("config")
        assert (code, err) == (0, "")
        assert out.count("config.toml, line ") == len(re.findall(r"^\w+ = ", text, re.MULTILINE))


def test_the_commands_for_developers(tmp_path: Path) -> None:
    """Those that take seconds are run; the others name files and options that exist."""
    assert len(TASKS) == 20
    for command in (TASKS["lints"], f"{TASKS['types']} --cache-dir='{tmp_path}/types'"):
        done = do(command)
        assert done.returncode == 0, done.stdout + done.stderr
    done = do(f"{TASKS['one file, one test']} --basetemp='{tmp_path}/one' -p no:cacheprovider")
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
    done = do(f"{TASKS['tests that take minutes']} --collect-only -q -p no:cacheprovider tests/test_text.py")
    assert done.returncode == 5, done.stdout  # none of these is long
    for command in TASKS.values():
        for script in re.findall(r"\S+\.py|\.ci/run", command):
            assert (ROOT / script).exists(), command


def test_a_wheel_has_the_package_and_a_source_distribution_the_rest(tmp_path: Path) -> None:
    """Built as the table says, with the hatchling that is installed; the other has tests, docs and tools, too."""
    pytest.importorskip("hatchling")
    done = do(TASKS["wheel"].replace("--wheel-dir dist", f"--no-build-isolation --wheel-dir '{tmp_path}'"))
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = tmp_path.glob("ctick-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    files = {path for path in (ROOT / "ctick").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert {name for name in names if name.startswith("ctick/")} == {str(path.relative_to(ROOT)) for path in files}
    assert {name.partition(".data/data/share/")[2] for name in names if ".data/data/" in name} == {
        "man/man1/ctick.1",
        "bash-completion/completions/ctick",
        "zsh/site-functions/_ctick",
        "fish/vendor_completions.d/ctick.fish",
    }
    assert do(f"python -m hatchling build -t sdist -d '{tmp_path}'").returncode == 0
    (sdist,) = tmp_path.glob("ctick-*.tar.gz")
    with tarfile.open(sdist) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}
    for name in (
        "docs/python.md",
        "docs/developing.md",
        "tests/test_docs.py",
        "share/man/man1/ctick.1",
        "tools/bundle.py",
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
    ):
        assert name in names


def test_the_man_page_is_current() -> None:
    """Each change of an option or an example is in it."""
    done = do("python tools/manpage.py --check")
    assert done.returncode == 0, "run 'python tools/manpage.py'"


def test_the_man_page_is_well_formed() -> None:
    """mandoc has nothing to warn of."""
    if not shutil.which("mandoc"):
        pytest.skip("there is no mandoc")
    done = do("mandoc -T lint -W warning share/man/man1/ctick.1")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_man_page_has_every_option_and_example() -> None:
    """As they are typed, also after man-db or mandoc has laid them out."""
    program = next((name for name in ("mandoc", "man") if shutil.which(name)), None)
    if program is None:
        pytest.skip("there is no man")
    shown = do(
        f"{program} {'-T utf8 -O width=200' if program == 'mandoc' else '-l'} share/man/man1/ctick.1 | col -b"
    ).stdout
    for command in COMMANDS.values():
        assert f"ctick {command.name} " in shown
        assert [flag for flag in command.options() if not re.search(rf"(?<![\w-]){flag}(?![\w-])", shown)] == []
        assert [example for example in command.examples if f" {example}\n" not in shown] == []
    assert [name for name in texts.ENVIRONMENT if name not in shown] == []


def test_the_folders_and_files_that_are_named_exist() -> None:
    """Each folder has its row; each file that the page names is where it says."""
    package = ROOT / "ctick"
    rows = set(re.findall(r"^\| `(ctick/[\w/]*)` \|", DEVELOPING, re.MULTILINE))
    folders = {path for path in package.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert rows == {"ctick/"} | {f"ctick/{path.name}/" for path in folders}
    named = set(re.findall(r"`([\w/.]+\.(?:py|md|toml))`", DEVELOPING)) - {
        "config.toml",
        "ctick/sources/mybank.py",
        "ctick/commands/name.py",
    }
    assert len(named) > 20
    assert {name for name in named if not (ROOT / name).exists() and not (package / name).exists()} == set()
