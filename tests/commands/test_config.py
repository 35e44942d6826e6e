"""`ctick config`: the settings in force, and where each is set."""

import json
import tomllib
from pathlib import Path

import pytest
from conftest import PAGE_16, Run
from hostile import HOSTILE, check

from ctick.settings_table import SETTINGS

EXAMPLE = """\
to = ["usd", "KZT"]
som = "kgs"
per_dollar = true
alerts = ["kzt<0.0019"]
db = "~/rates.db"
[urls]
cbr = "https://me:SECRET@example.com/{date}?key=SECRET"
"""


@pytest.fixture
def file(home: Path) -> Path:
    """The settings file, which does not exist yet, in a folder that does."""
    path = home / ".config/ctick/config.toml"
    path.parent.mkdir(parents=True)
    return path


def test_the_defaults(run: Run, home: Path) -> None:
    """And where the store and the file would be."""
    assert run("config", tty=True, width=200) == (
        0,
        "to          USD (default)\n"
        "sources     timesca, cbr (default)\n"
        "som         - (default)\n"
        "per_dollar  false (default)\n"
        "color       auto (default)\n"
        "alerts      - (default)\n"
        "fetch       never (default)\n"
        f"db          {home}/.local/share/ctick/ctick.db (default)\n"
        f"file        {home}/.config/ctick/config.toml (does not exist)\n",
        f"for settings of your own, create {home}/.config/ctick/config.toml: 'ctick config --help' has an example\n",
    )
    assert run("config", "-q", tty=True).err == ""
    assert run("config").err == ""


def test_on_a_narrow_terminal(run: Run, file: Path) -> None:
    """Lines break at blanks; the folder of the file stands only in its own row."""
    file.write_text('to = ["KZT"]\nsources = ["timesca", "cbr", "cbu"]\n')
    assert run("config", tty=True, width=40).out.splitlines()[:4] == [
        "to          KZT (config.toml, line 1)",
        "sources     timesca, cbr, cbu",
        "  (config.toml, line 2)",
        "som         - (default)",
    ]


def test_the_origin_of_each_value(run: Run, file: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An option, a variable, the file with the line, or the default; addresses without secrets."""
    file.write_text(EXAMPLE)
    monkeypatch.setenv("CTICK_TO", "tenge")
    monkeypatch.setenv("CTICK_URL_NBT", "http://localhost/{date}")
    monkeypatch.setenv("NO_COLOR", "1")
    assert run("config").out.splitlines() == [
        "to\tKZT\tCTICK_TO",
        "sources\ttimesca, cbr\tdefault",
        f"som\tKGS\t{file}, line 2",
        f"per_dollar\ttrue\t{file}, line 3",
        "color\tnever\tNO_COLOR",
        f"alerts\tKZT < 0.0019\t{file}, line 4",
        "fetch\tnever\tdefault",
        f"db\t{home}/rates.db\t{file}, line 5",
        f"urls.cbr\thttps://example.com/{{date}}?...\t{file}, line 7",
        "urls.nbt\thttp://localhost/{date}\tCTICK_URL_NBT",
        f"file\t{file}\texists",
    ]
    out = run("config", "--db", "x.db", "--color", "always").out.splitlines()
    assert (out[4], out[7]) == ("color\talways\t--color", "db\tx.db\t--db")


def test_types_in_json(run: Run, file: Path) -> None:
    """Lists and booleans are such; what is not set is null."""
    file.write_text(EXAMPLE)
    rows = {row["setting"]: row["value"] for row in json.loads(run("config", "-o", "json").out)}
    assert (rows["to"], rows["per_dollar"], rows["fetch"]) == (["USD", "KZT"], True, "never")
    file.write_text("")
    rows = {row["setting"]: row["value"] for row in json.loads(run("config", "-o", "json").out)}
    assert (rows["som"], rows["alerts"]) == (None, [])


def test_values_that_can_not_be_used(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All others are shown, and each error is named: exit 2."""
    file.write_text('to = ["KZ"]\nalerts = ["KZT?"]\nsom = "UZS"')
    monkeypatch.setenv("CTICK_PER_DOLLAR", "maybe")
    code, out, err = run("config")
    assert code == 2
    assert [line.split("\t")[1] for line in out.splitlines()][:6] == ["", "timesca, cbr", "UZS", "", "auto", ""]
    first, second, third = err.splitlines()
    assert first.startswith(f"ctick: {file}, line 1, to: unknown currency 'KZ' (did you mean KZT?): ")
    assert second.startswith("ctick: CTICK_PER_DOLLAR: 'maybe' is neither 1 nor 0: ")
    assert third.startswith(f"ctick: {file}, line 2, alerts: KZT? is not a condition: ")


def test_a_file_that_can_not_be_used(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment has is shown, and the error once."""
    file.write_text("to = [")
    monkeypatch.setenv("CTICK_SOURCES", "cbr")
    code, out, err = run("config")
    assert (code, err.count("\n")) == (2, 1)
    assert err.startswith(f"ctick: {file}, line 1: not valid TOML (")
    assert "sources\tcbr\tCTICK_SOURCES\n" in out
    assert out.endswith(f"file\t{file}\texists\n")


def test_the_example_in_the_help_works(run: Run, file: Path) -> None:
    """Copied into the file it is accepted, and has all keys."""
    lines = run("config", "--help", width=300).out.splitlines()
    first = next(number for number, line in enumerate(lines) if line.strip().startswith("to = "))
    last = next(number for number, line in enumerate(lines) if line.strip().startswith("cbr = "))
    file.write_text("\n".join(line.strip() for line in lines[first : last + 1]))
    keys = [setting.name for setting in SETTINGS if "." not in setting.name]
    assert list(tomllib.loads(file.read_text())) == [*keys, "urls"]
    code, out, err = run("config")
    assert (code, err) == (0, "")
    assert out.count(f"\t{file}, line ") == len(keys) + 1
    assert max(map(len, run("config", "--help").out.splitlines())) <= 80


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text(run: Run, file: Path, kind: str) -> None:
    """In keys and values, as text or escaped: nothing of it reaches the terminal as a control character."""
    text = HOSTILE[kind]
    escaped = "".join(f"\\U{ord(char):08x}" for char in text if not 0xD800 <= ord(char) < 0xE000)
    contents = [text, f"{text} = 1", f'"{escaped}" = 1', f"# {text}", f'[urls]\n"{escaped}" = "x"']
    for key in ("to", "sources", "alerts"):
        contents += [f'{key} = ["{text}"]', f'{key} = ["{escaped}"]']
    for key in ("som", "color", "fetch", "db", "per_dollar"):
        contents += [f'{key} = "{text}"', f'{key} = "{escaped}"', f'{key} = "~/{escaped}"']
    contents += [f'[urls]\ncbr = "{escaped}"', f'urls.cbr = "http://{escaped}"']
    for content in contents:
        file.write_bytes(content.encode("utf-8", "surrogatepass"))
        for argv in ("config", "config -o json", "convert 5 KGS", "rates -o table", "watch --exit-on-alert -q"):
            if not argv.startswith("watch") or content.startswith("alerts"):
                result = run(*argv.split(), stdin=None)
                check(result, "json" if argv.endswith("json") else "tsv", context=(kind, content, argv))
                assert result.code in (0, 2, 6), (content, result)


def test_alerts_of_watch(run: Run, file: Path) -> None:
    """Where no --alert is given, those of the settings, of the currencies that are watched."""
    file.write_text('alerts = ["KZT>0", "KGS<0.0001"]')
    run("snapshot", "-", "--source", "mine", "--date", "2025-12-16", stdin=PAGE_16)
    watch = ("watch", "--exit-on-alert", "--source", "mine")
    assert "\nalert: KZT > 0 at " in run(*watch).err
    assert run(*watch, "KZT").code == 0
    assert "\nalert: KGS > 0 at " in run(*watch, "--alert", "KGS>0").err
    assert run(*watch, "TJS") == (2, "", "ctick: --exit-on-alert requires --alert, as in --alert 'KZT<0.0019'\n")
    file.write_text('alerts = ["KZT"]')
    message = f"{file}, line 1, alerts: KZT is not a condition: write it as 'KZT<0.0019' or 'USD>520 KZT'"
    assert run("watch") == (2, "", f"ctick: {message}\n")


def test_own_addresses(run: Run, file: Path) -> None:
    """The file's address is fetched; messages say where it is set."""
    file.write_text('[urls]\ncbr = "http://127.0.0.1:9/cbr"\n')
    assert "http://127.0.0.1:9/cbr" in run("snapshot", "cbr").err
    file.write_text('[urls]\ncbr = "ftp://example.com/?key=SECRET"\n')
    err = run("snapshot", "cbr").err
    assert "ftp://example.com/?... is not an address that ctick can fetch" in err
    assert "SECRET" not in err
