"""The structure of the package: which folder may import which, and where the heavy libraries are."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import ctick

PACKAGE = Path(ctick.__file__).parent

VALUES = {
    *("errors", "capture", "interval", "model", "currencies", "clock", "paths", "text", "redaction", "shell"),
    *("settings", "settings_file", "settings_table"),
}
ALLOWED: dict[str, set[str]] = {
    "values": set(),
    "ticker": {"values"},
    "rates": {"values"},
    "mentions": {"values", "rates"},
    "storage": {"values", "rates"},
    "sources": {"values", "ticker", "storage"},
    "output": {"values", "rates", "mentions"},
    "commands": {"values", "ticker", "rates", "mentions", "storage", "sources", "output"},
    "cli": {"values", "rates", "storage", "sources", "output", "commands"},
    "__main__": {"values", "output", "commands", "cli"},
    "api": {"values", "ticker", "rates", "storage"},
    "__init__": {"values", "ticker", "rates", "api"},
}
"""What each folder may import beside itself. `values` are the modules of `VALUES`."""

ONLY_IN = {
    "sqlite3": {"storage"},
    "rich": {"output"},
    "plotille": {"output"},
    "httpx": {"sources"},
    "tenacity": {"sources"},
    "typer": {"cli"},
    "fastwarc": {"ticker"},
    "dask": {"commands"},
    "distributed": {"commands"},
    "fsspec": {"commands"},
}


def folder(name: str) -> str:
    """The row of a module: `ctick.rates.choose` -> `rates`, `ctick.errors` -> `values`."""
    parts = name.split(".")
    if len(parts) == 1:
        return "__init__"
    return "values" if parts[1] in VALUES else parts[1]


def imports(source: str) -> set[str]:
    """The names of all modules that a source imports anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            for name in node.names:
                path = PACKAGE.parent / Path(*module.split("."), name.name)
                is_module = path.is_dir() or path.with_suffix(".py").exists()
                found.add(f"{module}.{name.name}" if is_module else module)
    return found


def forbidden(row: str, source: str) -> set[str]:
    """The modules that a source of this row imports and must not."""
    own = {name for name in imports(source) if name == "ctick" or name.startswith("ctick.")}
    return {name for name in own if folder(name) not in ALLOWED[row] | {row}} - {"ctick"}


MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): path for path in sorted(PACKAGE.rglob("*.py"))
}


def row_of(name: str) -> str:
    return folder(name.removesuffix(".__init__") if name != "ctick.__init__" else "ctick")


def test_every_module_has_a_row() -> None:
    """And every row has modules."""
    assert {row_of(name) for name in MODULES} == set(ALLOWED)
    assert {name.split(".")[1] for name in MODULES if row_of(name) == "values"} == VALUES


@pytest.mark.parametrize("name", MODULES)
def test_imports_go_one_way(name: str) -> None:
    """A module imports only from its folder and from those that the table allows."""
    assert not forbidden(row_of(name), MODULES[name].read_text())


def test_the_table_has_no_cycle() -> None:
    """Each folder may use only those above it in the table."""
    above: set[str] = set()
    for row, allowed in ALLOWED.items():
        assert allowed <= above
        above.add(row)


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("commands", "from ctick.cli import fast_path"),
        ("commands", "from ctick.cli.fast_path import read"),
        ("commands", "import ctick.cli.fast_path"),
        ("commands", "def run():\n    from ctick import cli"),
        ("storage", "from ctick.sources.registry import SOURCES"),
        ("storage", "from ctick import sources"),
        ("rates", "from ctick.output import terminal"),
        ("output", "from ctick.storage.store import Store"),
        ("api", "from ctick.commands import convert"),
        ("values", "from ctick.rates import choose"),
        ("ticker", "import ctick.__main__"),
    ],
)
def test_a_wrong_import_is_found(row: str, line: str) -> None:
    """Also in a function, and of a folder."""
    assert forbidden(row, line)


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("ctick.sources.")])
def test_a_source_imports_only_the_contract(name: str) -> None:
    """It turns bytes into snapshots: no network, no store, no other source."""
    from ctick.sources.registry import SOURCES

    if name.rsplit(".", maxsplit=1)[-1] in SOURCES:
        own = {name for name in imports(MODULES[name].read_text()) if name.startswith("ctick.")}
        others = {module for module in own if folder(module) not in ("values", "ticker")}
        assert others <= {"ctick.sources.contract", "ctick.sources.parsing"}


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("ctick.commands.")])
def test_a_command_imports_no_other(name: str) -> None:
    """What several commands share is in a separate module."""
    from ctick.cli.declarations import COMMANDS

    own = {
        module.split(".")[-1] for module in imports(MODULES[name].read_text()) if module.startswith("ctick.commands.")
    }
    assert not own & (set(COMMANDS) - {name.rsplit(".", maxsplit=1)[-1]})


@pytest.mark.parametrize("name", MODULES)
def test_heavy_libraries_are_imported_in_one_folder_each(name: str) -> None:
    """Of those in `ONLY_IN`."""
    for imported in imports(MODULES[name].read_text()):
        library = imported.split(".")[0]
        assert library not in ONLY_IN or row_of(name) in ONLY_IN[library], f"{name} imports {library}"


@pytest.mark.parametrize("name", MODULES)
def test_no_float(name: str) -> None:
    """Money is Decimal; seconds and the coordinates of a chart are not money."""
    seconds = {
        "ctick.sources.fetch",
        "ctick.sources.http",
        "ctick.sources.http_errors",
        "ctick.storage.connection",
        "ctick.output.live_state",
        "ctick.commands.watch",
        "ctick.commands.watch_exec",
        "ctick.commands.signals",
        "ctick.commands.fetch_first",
    }
    charts = {"ctick.output.chart", "ctick.output.chart_layout", "ctick.output.svg_chart"}
    if name not in seconds | charts:
        for node in ast.walk(ast.parse(MODULES[name].read_text())):
            is_float = (isinstance(node, ast.Name) and node.id == "float") or (
                isinstance(node, ast.Constant) and isinstance(node.value, float)
            )
            assert not is_float, f"{name}:{getattr(node, 'lineno', 0)} has a float"


def test_import_ctick_loads_nothing_else() -> None:
    """`import ctick` costs nothing; its public names are loaded when they are asked for."""
    program = (
        "import sys; before = set(sys.modules); import ctick; print(sorted(set(sys.modules) - before));"
        "print(*sorted({type(getattr(ctick, name)).__name__ for name in ctick.__all__}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "['ctick']\nfunction str type\n"
