"""The README is run: its commands give what it says they give."""

import datetime as dt
import re
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import on_a_terminal

from ctick import model
from ctick.cli.declarations import COMMANDS
from ctick.sources import contract, parsing

README = Path(__file__).parents[1] / "README.md"
CONSOLE = re.findall(r"```console\n(.*?)```", README.read_text(), re.DOTALL)
SCRIPT = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)

TODAY = "import datetime, ctick.clock; ctick.clock.today = lambda: datetime.date(2026, 11, 28)"
MOMENTS = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")  # they differ from run to run


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_console_blocks(home: Path) -> None:
    """Every command of every `console` block, in their order, on a terminal, on the day that the README has."""
    assert len(CONSOLE) >= 4
    (ticker,) = re.findall(r"```\n(•.*?)```", README.read_text(), re.DOTALL)
    (article,) = re.findall(r"```text\n(.*?)```", README.read_text(), re.DOTALL)
    (home / "page.txt").write_text(ticker)
    (home / "article.txt").write_text(article)
    (home / "python").mkdir()
    (home / "python" / "sitecustomize.py").write_text(TODAY)
    if not (Path(sys.executable).parent / "ctick").exists():
        pytest.skip("ctick is not installed beside this Python")
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    for block in CONSOLE:
        for command, expected in SCRIPT.findall(block):
            surroundings = {"PATH": path, "PYTHONPATH": str(home / "python"), "COLUMNS": "80", "NO_COLOR": "1"}
            _, shown = on_a_terminal(["sh", "-c", command], home, **surroundings)
            lines = "".join(line.rstrip(" ") + "\n" for line in shown.splitlines())
            assert MOMENTS.sub("*", lines) == MOMENTS.sub("*", expected), command


def test_every_command_is_documented() -> None:
    """The README and the changelog name each command."""
    for name in ("README.md", "CHANGELOG.md"):
        text = (README.parent / name).read_text()
        assert [command for command in COMMANDS if f"ctick {command}" not in text] == []


def test_the_ninth_source() -> None:
    """The source that the README shows can be written so, and reads its feed."""
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    names: dict[str, object] = {
        **vars(model),
        **vars(contract),
        **vars(parsing),
        "Decimal": Decimal,
        "URL": "https://example.org/",
    }
    exec(code, names)
    source = names["MYBANK"]
    assert isinstance(source, contract.Source)
    leg = model.Leg("USD", "KGS", 1, Decimal("87.45"), Decimal("0.01"))
    quote = model.Quote.derived("KGS", (leg,))
    assert source.parse(b'{"date": "2026-05-22", "kgs": 87.45}') == [
        model.Snapshot("mybank", dt.date(2026, 5, 22), (quote,))
    ]


def test_every_promise_names_a_test() -> None:
    """Each row of "What ctick promises" names tests, and these exist."""
    section = README.read_text().partition("## What ctick promises\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ") and "**" not in line][2:]
    assert len(rows) > 20
    for row in rows:
        named = re.findall(r"`([\w/]+\.py)::(\w+)`", row)
        assert named, row
        for file, name in named:
            assert f"\ndef {name}(" in (README.parent / "tests" / file).read_text(), row
