"""The plan of the house: which room may import which, and what is loaded only where it is used."""

import ast
import subprocess
import sys
from pathlib import Path

import ctick

PACKAGE = Path(ctick.__file__).parent

VALUES = {"errors", "clock", "model"}
ALLOWED: dict[str, set[str]] = {
    "__init__": {"conversion", "model", "store", "ticker"},
    "errors": set(),
    "clock": {"errors"},
    "model": set(),
    "addresses": {"errors"},
    "currencies": {"errors"},
    "paths": {"errors"},
    "terminal": {"errors"},
    "wording": {"clock", "errors"},
    "amounts": {"currencies", "errors", "model"},
    "conversion": {"model"},
    "pick": {"model"},
    "plausible": {"model", "wording"},
    "baseline": {"model", "shipped"},
    "unseen": set(),
    "markup": {"errors", "unseen"},
    "pages": {"errors", "markup"},
    "dates": {"clock"},
    "tickerlines": {"clock", "currencies", "dates", "model"},
    "blocks": {"currencies", "model"},
    "ticker": {"blocks", "currencies", "errors", "model", "pages", "tickerlines"},
    "shipped": {"model"},
    "schema": set(),
    "newfile": {"errors"},
    "transaction": {"database", "errors", "newfile", "schema", "sqlite_errors"},
    "outfile": {"errors", "newfile"},
    "archive": {"errors", "model", "schema", "shipped", "store", "transaction"},
    "salvage": {"model", "schema"},
    "copies": {
        "archive",
        "database",
        "errors",
        "newfile",
        "salvage",
        "schema",
        "sqlite_errors",
        "transaction",
        "wording",
    },
    "restore": {"copies", "database", "errors", "newfile", "transaction"},
    "bars": {"terminal"},
    "signals": {"terminal"},
    "chart": {"model", "wording"},
    "database": {"errors", "schema", "sqlite_errors"},
    "sqlite_errors": {"errors", "paths"},
    "exports": {"currencies", "errors", "model"},
    "formats": {"errors", "model", "wording"},
    "history": {"model"},
    "tables": {"conversion", "errors", "history", "model", "render", "wording"},
    "fetchlog": {"clock", "database", "errors", "schema", "transaction"},
    "store": {"baseline", "clock", "database", "errors", "model", "plausible", "schema", "shipped", "transaction"},
    "output": {"conversion", "errors", "model"},
    "render": {"conversion", "currencies", "errors", "model", "terminal", "wording"},
    "failures": {"addresses", "clock", "errors"},
    "streams": {"errors"},
    "inputs": {"addresses", "errors", "fetch", "pages", "streams"},
    "proxies": set(),
    "resolver": set(),
    "client": {"__init__", "addresses", "errors", "failures", "proxies"},
    "fetch": {"addresses", "client", "errors", "failures", "resolver"},
    "cli": {"commands"},
    "trend": {"history", "model", "shipped", "store"},
    "watched": {"currencies", "errors", "model"},
    "live": {"clock", "errors", "model", "render", "trend", "watched", "wording"},
    "door": {"commands"},
    "cmdline": {"cli", "door", "errors", "terminal"},
    "__main__": {
        "__init__",
        "cli",
        "clock",
        "cmdline",
        "commands",
        "currencies",
        "door",
        "errors",
        "paths",
        "terminal",
    },
}
CORE = set(ALLOWED) | {"sources"} - {"cli", "cmdline", "door", "__main__"}
ONLY_IN = {
    "sqlite3": {"archive", "baseline", "copies", "database", "schema", "sqlite_errors", "store", "transaction"},
    "rich": {"render", "tables", "bars", "live"},
    "plotext": {"chart"},
    "httpx": {"client", "failures", "fetch"},
    "tenacity": {"fetch"},
    "typer": {"cli", "__main__"},
}


def imports(path: Path) -> set[str]:
    """The names of all modules that a file imports, `ctick.` left off those of its own."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            found |= {f"ctick.{name.name}" for name in node.names} if module == "ctick" else {module}
    return {"ctick.__init__" if name == "ctick.__version__" else name for name in found}


def test_rooms_import_one_way() -> None:
    """Each module imports only the ones that the table allows it."""
    seen = set()
    for path in PACKAGE.glob("*.py"):
        own = {name.removeprefix("ctick.").split(".")[0] for name in imports(path) if name.startswith("ctick.")}
        assert own <= ALLOWED[path.stem], f"{path.stem} imports {own - ALLOWED[path.stem]}"
        seen.add(path.stem)
    assert seen == set(ALLOWED)


def test_commands_import_the_core_only() -> None:
    """A command uses the core, and no command another (what they share is in `reading`, `jobs` and `feeds`)."""
    paths = list((PACKAGE / "commands").glob("*.py"))
    shared = {f"commands.{name}" for name in ("jobs", "reading", "refusals", "feedplan", "feeds", "settled")}
    assert paths
    for path in paths:
        own = {name.removeprefix("ctick.") for name in imports(path) if name.startswith("ctick.")}
        assert {name.split(".")[0] for name in own} <= CORE | {"commands"}
        assert {name for name in own if name.startswith("commands.")} <= shared


def test_a_source_knows_the_contract_only() -> None:
    """A source turns bytes into snapshots: no network, no store, no other source."""
    paths = [path for path in (PACKAGE / "sources").glob("*.py") if path.stem != "__init__"]
    assert len(paths) > 8
    for path in paths:
        own = {name.removeprefix("ctick.") for name in imports(path) if name.startswith("ctick.")}
        assert own <= {"blocks", "currencies", "errors", "model", "sources.contract", "ticker"}, path.stem


def test_each_heavy_library_has_one_room() -> None:
    """sqlite3, rich, httpx and typer are known in one room each."""
    for path in PACKAGE.rglob("*.py"):
        for name in imports(path):
            library = name.split(".")[0]
            assert library not in ONLY_IN or path.stem in ONLY_IN[library], f"{path.stem} imports {library}"


def test_no_float() -> None:
    """Money is Decimal from the text to the output; seconds and the likeness of words are none."""
    for path in PACKAGE.rglob("*.py"):
        if path.stem not in ("failures", "fetch", "database", "chart", "watch", "watched", "signals"):
            for node in ast.walk(ast.parse(path.read_text())):
                is_float = (isinstance(node, ast.Name) and node.id == "float") or (
                    isinstance(node, ast.Constant) and isinstance(node.value, float)
                )
                assert not is_float, f"{path.stem}:{getattr(node, 'lineno', 0)} has a float"


def test_convert_in_a_pipe_loads_neither_httpx_nor_rich() -> None:
    """The start of the program is a feature."""
    program = (
        "import sys; from ctick.__main__ import main; code = main(['convert', '50000', 'KGS']);"
        "print(code, sorted({'httpx', 'rich', 'platformdirs'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "571.50 USD\n0 []\n"


def test_import_ctick_loads_nothing_else() -> None:
    """`import ctick` costs nothing; its public names are loaded when they are asked for."""
    program = (
        "import sys; before = set(sys.modules); import ctick; print(sorted(set(sys.modules) - before));"
        "print([type(getattr(ctick, name)).__name__ for name in ctick.__all__])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "['ctick']\n['type', 'type', 'type', 'str', 'function', 'function']\n"
