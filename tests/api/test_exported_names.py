"""What `import ctick` gives: complete, documented, typed, and loaded only when it is used."""

import datetime as dt
import doctest
import inspect
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import assert_type

import pytest
from conftest import PAGE_16

import ctick

DAY_16 = dt.date(2025, 12, 16)

PUBLIC = [name for name in ctick.__all__ if name != "__version__"]


def test_all_is_complete() -> None:
    """`__all__` has exactly the public names, and `dir` shows each."""
    lazy = {name for names in ctick._MODULES.values() for name in names}
    assert set(ctick.__all__) == lazy | {"__version__"}
    assert ctick.__all__ == sorted(ctick.__all__)
    assert set(ctick.__all__) <= set(dir(ctick))
    assert {name: hasattr(ctick, name) for name in ctick.__all__} == dict.fromkeys(ctick.__all__, True)
    assert not hasattr(ctick, "nothing")


def test_type_checkers_see_the_names_that_are_loaded_lazily() -> None:
    """Each is imported for them from the same module."""
    for_checkers = inspect.getsource(ctick).partition("if TYPE_CHECKING:\n")[2]
    for module, names in ctick._MODULES.items():
        for name in names:
            assert f"from {module} import {name} as {name}\n" in for_checkers
            assert getattr(ctick, name).__module__ == module


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_has_an_example(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The docstring has an example, and its output is right."""
    monkeypatch.chdir(tmp_path)
    names = {name: getattr(ctick, name) for name in PUBLIC} | vars(sys.modules[getattr(ctick, name).__module__])
    found = doctest.DocTestFinder(exclude_empty=True).find(
        getattr(ctick, name), name, module=False, globs={**names, "ctick": ctick, "dt": dt, "Decimal": Decimal}
    )
    (own,) = [test for test in found if test.name == name]
    assert own.docstring
    assert own.examples
    for test in found:
        (tmp_path / "rates.db").unlink(missing_ok=True)
        shown: list[str] = []
        result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=shown.append)
        assert result.failed == 0, "".join(shown)


def test_the_example_of_the_package() -> None:
    failed, tried = doctest.testmod(ctick)
    assert failed == 0
    assert tried > 1


def test_every_public_method_of_a_store_is_documented() -> None:
    public = {name: member for name, member in vars(ctick.Store).items() if not name.startswith("_")}
    assert set(public) == {"save", "rate", "convert", "history", "close", "path"}
    assert all(map(inspect.getdoc, public.values()))


def test_errors_are_ctick_errors() -> None:
    for name in ("UsageError", "InputError", "NoRateError", "StoreError"):
        assert issubclass(getattr(ctick, name), ctick.CtickError)


def test_types(tmp_path: Path) -> None:
    """Checked by mypy, which reads this file."""
    report = assert_type(ctick.parse(PAGE_16), ctick.ParseReport)
    assert_type(report.snapshots, list[ctick.Snapshot])
    assert_type(report.warnings, list[ctick.ParseWarning])
    with ctick.Store(tmp_path / "rates.db") as store:
        assert_type(store, ctick.Store)
        result = assert_type(store.save(report.snapshots), ctick.SaveResult)
        assert_type(result.refused, list[tuple[ctick.Snapshot, str]])
        assert_type(store.rate("KGS"), ctick.DatedQuote)
        assert_type(store.history("KGS"), list[ctick.DatedQuote])
        conversion = assert_type(store.convert(1, "KGS"), ctick.Conversion)
        assert_type(conversion.value, Decimal)
        assert_type((conversion.likely_low, conversion.likely_high), tuple[Decimal, Decimal])
        assert_type((conversion.sign, conversion.shown().value), tuple[str, Decimal])
        assert isinstance(store.rate("KGS").quote, ctick.Quote)


@pytest.mark.parametrize("name", ["Store", "parse", "convert", "CtickError"])
def test_a_name_loads_only_what_it_needs(name: str) -> None:
    """Not the command line, a terminal library or the network."""
    program = f"import sys, ctick; ctick.{name}; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    names = set(done.stdout.split())
    assert not names & {"typer", "rich", "httpx", "ctick.commands", "ctick.cli", "ctick.output", "ctick.sources"}
