"""The pages in docs/ are run: their examples and commands do what they say."""

import doctest
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
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
