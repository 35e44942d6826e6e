"""`config.toml` and the environment variables that override it."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Run
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ctick import settings, settings_table
from ctick.errors import UsageError
from ctick.settings_file import LARGEST, read, simple_entries, toml_entries

Write = Callable[[str | bytes], Path]


@pytest.fixture
def write(home: Path) -> Write:
    """`write('to = ["KZT"]')`: the settings file of the test's home."""

    def write(content: str | bytes) -> Path:
        path = home / ".config/ctick/config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        settings.forget()
        return path

    settings.forget()
    return write


# -- the two readers

names = st.sampled_from(["to", "som", "per_dollar", "urls", "cbr", "x-1", "1", "", "a.b", '"to"', "TO", "é", "to to"])
strings = st.sampled_from(
    ['"KGS"', "'KGS'", '""', '"""a"""', '"a\\"b"', '"a#b"', '"a', "a", '"ü"', '"\t"', '"\x7f"', '"\\u0041"', '"a" "b"']
)
lists = st.builds(
    lambda items, end, blank: f"[{blank}{(',' + blank).join(items)}{end}",
    st.lists(strings, max_size=3),
    st.sampled_from(["]", ",]", ", ]", "", ",,]", "]]", "\n]"]),
    st.sampled_from(["", " ", "\t", "\n"]),
)
values = (
    strings | lists | st.sampled_from(["true", "false", "True", "1", "1.5", "2025-12-16", "{a = 1}", "", "[[]]", "t"])
)
ends = st.sampled_from(["", " ", "  # comment", "#", "# [urls]", " x", "\r", "\x00", " = 1"])
rows = st.builds(
    lambda blank, name, equals, value, end: f"{blank}{name}{equals}{value}{end}",
    st.sampled_from(["", " ", "\t", "\u00a0"]),
    names,
    st.sampled_from([" = ", "=", " =", "== ", " ", ""]),
    values,
    ends,
)
others = st.sampled_from(
    [
        "",
        "# comment",
        "  # ü",
        "[urls]",
        " [urls] # x",
        "[urls] x",
        "[[urls]]",
        "[ urls ]",
        "[a]",
        "[urls.cbr]",
        "#\x01",
    ]
) | st.text(max_size=6)
files = st.lists(rows | others, max_size=6).map("\n".join)

blanks = st.sampled_from(["", " ", "\t ", "  "])
plain_strings = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"], exclude_characters='"\\'), max_size=5).map(
    '"{}"'.format
)
plain_lists = st.builds(
    lambda items, blank, comma: f"[{blank}{f'{blank},{blank}'.join(items)}{comma if items else ''}{blank}]",
    st.lists(plain_strings, max_size=3),
    blanks,
    st.sampled_from(["", ","]),
)
plain_rows = st.builds(
    lambda blank, value, comment: lambda name: f"{blank}{name}{blank}={blank}{value}{blank}{comment}",
    blanks,
    plain_strings | plain_lists | st.sampled_from(["true", "false"]),
    st.sampled_from(["", "#", '# "x" = [1]']),
)
plain_files = st.builds(
    lambda made, place: "\n".join(
        "[urls] # x\n" * (number == place) + row(f"k-{number}_") for number, row in enumerate(made)
    ),
    st.lists(plain_rows, max_size=6),
    st.integers(0, 9),
)


@hypothesis_settings(max_examples=1000, deadline=None)
@given(plain_files)
def test_plain_files_are_read_without_tomllib(text: str) -> None:
    """Each file with one simple entry on a line gives what `tomllib` gives, and the line of each key."""
    assert simple_entries(text) == toml_entries(text)


@hypothesis_settings(max_examples=3000, deadline=None)
@given(files | st.text(alphabet='to = "K",[]#\n\t\\\'urls.', max_size=40))
def test_a_plain_file_is_read_as_tomllib_reads_it(text: str) -> None:
    """Whatever is read without `tomllib` is valid TOML, and gives the same values; anything else is left to it."""
    simple = simple_entries(text)
    if simple is not None:
        tomllib.loads(text)
        assert {name: value for name, (value, _) in simple.items()} == {
            name: value for name, (value, _) in toml_entries(text).items()
        }
        for name, (_, line) in simple.items():
            assert line is not None
            assert text.split("\n")[line - 1].strip().startswith(name.removeprefix("urls."))


@hypothesis_settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files | plain_files | st.text(alphabet='"urls.cbr"=[]{}\n1,\' ', max_size=30))
def test_any_file_is_read_or_refused(home: Path, text: str) -> None:
    """In one line, and with no other error."""
    reading, writing = os.pipe()
    os.write(writing, text.encode("utf-8", "surrogatepass"))
    os.close(writing)
    try:
        found, remarks = read("config.toml", reading)
    except UsageError as error:
        remarks = [str(error)]
    else:
        assert set(found) <= {setting.name for setting in settings_table.SETTINGS}
    assert all(remark.isprintable() for remark in remarks)


TYPICAL = """\
# What I use every day.
to = ["USD", "KZT"]   # not only dollars
sources = [ "timesca" , "cbr", ]
som="KGS"
per_dollar = true
color = "auto"
alerts = ["KZT<0.0019", "KGS#1"]
fetch = "daily"# comment

[urls]  # mine
cbr = "https://example.com/{date}?a=b#c"
"""


def test_a_typical_file_is_read_without_tomllib(write: Write, home: Path) -> None:
    """Comments, blanks, lists and the table of addresses; with the line of each key."""
    assert simple_entries(TYPICAL) == toml_entries(TYPICAL)
    assert simple_entries(TYPICAL) == {
        "to": (["USD", "KZT"], 2),
        "sources": (["timesca", "cbr"], 3),
        "som": ("KGS", 4),
        "per_dollar": (True, 5),
        "color": ("auto", 6),
        "alerts": (["KZT<0.0019", "KGS#1"], 7),
        "fetch": ("daily", 8),
        "urls.cbr": ("https://example.com/{date}?a=b#c", 11),
    }
    write(TYPICAL)
    program = "import sys; from ctick.__main__ import main; main(); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}; {program}", "convert", "5", "USD", "-q"],
        capture_output=True,
        env={"HOME": str(home), "CTICK_FETCH": "never"},
        text=True,
        check=True,
    )
    assert done.stdout.endswith(" KZT\n")
    assert not {"tomllib", "re", "difflib", "platformdirs"} & set(done.stderr.split())


def test_lines_of_keys_that_tomllib_reads() -> None:
    """In values over several lines a word is not taken for a key; other spellings of keys are found."""
    text = 'alerts = [\n"to<1",\n]\nsom = """\nto = 1\n"""\nto = []\nurls."cbr" = "x"\n[urls.cbu]\n'
    assert {name: line for name, (_, line) in toml_entries(text).items()} == {
        "alerts": 1, "som": 4, "to": 7, "urls.cbr": 8, "urls.cbu": 9,
    }  # fmt: skip


# -- errors

KEYS = ", ".join(setting.name for setting in settings_table.SETTINGS if "." not in setting.name)
TO = 'to = ["USD", "KZT"]'
NAMES = ", ".join(settings.SOURCES)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("to = 3", ', line 1, to: must be a list of strings, as in to = ["USD", "KZT"]'),
        ('# x\nto = "KZT"', ', line 2, to: must be a list of strings, as in to = ["USD", "KZT"]'),
        ("to = [1]", ', line 1, to: must be a list of strings, as in to = ["USD", "KZT"]'),
        ("som = true", ', line 1, som: must be a string, as in som = "KGS"'),
        ("per_dollar = 1", ", line 1, per_dollar: must be true or false, as in per_dollar = true"),
        ("urls = 1", ', line 1, urls: must be a table: a line [urls], and below it cbr = "https://..."'),
        ("[urls]\ncbr = []", ', line 2, urls.cbr: must be a string, as in cbr = "https://example.com/{date}"'),
        ('som = "EUR"', ", line 1, som: unknown value 'EUR': choose from KGS, UZS"),
        ('color = "red"', ", line 1, color: unknown value 'red': choose from always, auto, never"),
        ('fetch = "weekly"', ", line 1, fetch: unknown value 'weekly': choose from daily, never"),
        ('sources = ["cbr", "ecb"]', f", line 1, sources: unknown source 'ecb': choose from {NAMES}"),
        ('db = "rates.db"', ", line 1, db: 'rates.db' is not a full path: begin it with / or ~/"),
        ('\nsorces = ["cbr"]', f", line 2: unknown key 'sorces' (did you mean sources?): choose from {KEYS}"),
        ("colour = 1", f", line 1: unknown key 'colour' (did you mean color?): choose from {KEYS}"),
        ('[urls]\nkbr = "x"', f", line 2: unknown source 'kbr' (did you mean cbr?): choose from {NAMES}"),
        ('[urls]\nto = ["KZT"]', ", line 2: 'to' stands below [urls]: move it above that line"),
        ("som = \x1b[2J", ", line 1: not valid TOML ("),
        (
            "a\nb",
            ", line 1: not valid TOML (",
        ),
        (
            'som = "KGS"\nsom = "UZS"',
            ", line 2: not valid TOML (",
        ),
        ('som = "\x1b[2J"', ", line 1: not valid TOML ("),
        ('som = "\u202e"', ", line 1, som: unknown value '\ufffd': choose from KGS, UZS"),
        (b'# x\nsom = "\xff"', ", line 2: not UTF-8 text: save the file as UTF-8"),
        ("x = " + "9" * 5000, ": not valid TOML ("),  # Python refuses so many digits
        ("#" * (LARGEST + 1), " is longer than 16 KiB: keep only settings in it"),
    ],
)
def test_errors_name_file_line_and_key(run: Run, write: Write, content: str | bytes, message: str) -> None:
    """Exit 2, and one line that says what is accepted; nothing else is printed."""
    path = write(content)
    code, out, err = run("convert", "5", "KGS")
    assert (code, out) == (2, "")
    assert err.startswith(f"ctick: {path}{message}")
    assert err.count("\n") == 1
    assert err[:-1].isprintable()
    if not message.endswith(("as in", "(")):
        assert err == f"ctick: {path}{message}\n"


def test_what_is_not_toml_gets_an_example_of_its_key(run: Run, write: Write) -> None:
    """An unquoted value is the likeliest mistake; for an unknown key it is `to`."""
    for content, example in (
        ("som = UZS", 'som = "KGS"'),
        ("# x\nper_dollar = True", "per_dollar = true"),
        ("x = y", TO),
    ):
        write(content)
        assert run("config").err.endswith(
            f"; write settings as in '{example}' ('ctick config --help' has an example)\n"
        )


@pytest.mark.parametrize("content", ['a = 3\n"a.b" = [\n1]', '"urls.cbr" = "x"\n"urls.x" = 1\n'])
def test_a_key_with_a_point_is_no_table(run: Run, write: Write, content: str) -> None:
    """It is unknown like others."""
    write(content)
    code, out, err = run("config")
    assert (code, "urls" in out) == (0, False)
    assert ": unknown key '" in err


def test_a_file_nested_too_deeply(run: Run, write: Write) -> None:
    """An error like others, on every version of Python."""
    write("to = [" + "[" * 9000)
    code, out, err = run("convert", "5", "KGS")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "not valid TOML (" in err


def test_a_key_of_a_newer_version_is_ignored(run: Run, write: Write) -> None:
    """A remark says so; after a downgrade a cron job with -q goes on in silence."""
    path = write('zoom = 3\nto = ["KZT"]\n[urls]\nworldbank = "x"\n[rates]\nto = 1\n')
    code, out, err = run("convert", "5", "USD")
    assert (code, out[-4:]) == (0, "KZT\n")
    assert err.splitlines()[-3:] == [
        f"{path}, line 1: unknown key 'zoom' was ignored: choose from {KEYS}",
        f"{path}, line 4: unknown source 'worldbank' was ignored: choose from {NAMES}",
        f"{path}, line 5: unknown key 'rates' was ignored: choose from {KEYS}",
    ]
    assert run("convert", "5", "USD", "-q") == (0, out, "")


def test_a_file_of_other_keys(run: Run, write: Write) -> None:
    """Five of them are named, and a file of 16 KiB is read."""
    write("".join([f"key{number} = 1\n" for number in range(9)]).ljust(LARGEST, "#"))
    assert run("config").err.count(" was ignored: ") == 5


@pytest.mark.parametrize("argv", ["--help", "--version", "convert --help", "help"])
def test_help_needs_no_settings(run: Run, write: Write, argv: str) -> None:
    """A broken file does not stop it."""
    write("= broken")
    code, out, err = run(*argv.split())
    assert (code, err) == (0, "")
    assert out


def test_a_broken_file_and_doctor(run: Run, write: Write, tmp_path: Path) -> None:
    """It reports the file and goes on; which store to check is then open, unless it is named."""
    path = write("= broken")
    code, out, err = run("doctor")
    assert (code, err) == (6, "")
    lines = out.splitlines()[3:]
    assert lines[0].startswith(f"FAIL  settings: {path}, line 1: not valid TOML (")
    assert lines[1:] == ["note  store: not checked: the settings may name another; choose one with --db"]
    assert "FAIL  store: no such store: rates.db;" in run("doctor", "--db", "rates.db").out


def test_a_file_that_can_not_be_read(run: Run, write: Write, home: Path) -> None:
    """A folder is an error; a named pipe is not waited for; a folder in place of ctick's is as none."""
    path = write("")
    path.unlink()
    path.mkdir()
    assert run("convert", "5", "KGS") == (
        2,
        "",
        f"ctick: can't read the settings in {path} (Is a directory): correct that, or delete it\n",
    )
    path.rmdir()
    os.mkfifo(path)
    assert run("convert", "5", "KGS", "-q").code == 0
    path.unlink()
    path.parent.rmdir()
    path.parent.write_text("")
    assert run("convert", "5", "KGS", "-q").code == 0


def test_a_file_without_permission(write: Write, home: Path, ordinary: list[str]) -> None:
    """An error; but a folder that may not be searched is no reason to fail: HOME may be another user's."""
    path = write('to = ["KZT"]')

    def convert() -> tuple[int, str]:
        done = subprocess.run(
            [*ordinary, sys.executable, "-m", "ctick", "convert", "5", "KGS", "-q", "--db", "/nowhere.db"],
            env={"HOME": str(home)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stderr

    path.chmod(0)
    message = f"ctick: can't read the settings in {path} (Permission denied): correct that, or delete it\n"
    assert convert() == (2, message)
    path.parent.chmod(0)
    assert convert() == (0, "")
    path.parent.chmod(0o700)


# -- which value counts


def test_environment_over_file_over_default(run: Run, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """And an option over both; an empty variable or value counts as unset."""
    assert run("convert", "5", "KGS").out.endswith("USD\n")
    write('to = ["KZT", "uzbek soum"]')
    assert [line[-3:] for line in run("convert", "5", "KGS").out.splitlines()] == ["KZT", "UZS"]
    monkeypatch.setenv("CTICK_TO", "tjs, TMT")
    assert [line[-3:] for line in run("convert", "5", "KGS").out.splitlines()] == ["TJS", "TMT"]
    assert run("convert", "5", "KGS", "USD").out.endswith("USD\n")
    monkeypatch.setenv("CTICK_TO", " ")
    assert run("convert", "5", "KGS").out.splitlines()[0].endswith("KZT")
    write("to = []")
    assert run("convert", "5", "KGS").out.endswith("USD\n")


def test_the_functions_that_the_program_asks(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts, lists, and what is yes or no; a value is spelled as it is declared."""
    write('som = "uzs"\nsources = ["CBR"]\nper_dollar = true\nfetch = ""')
    assert (settings.text("som"), settings.words("sources"), settings.is_on("per_dollar")) == ("UZS", ["cbr"], True)
    assert (settings.text("fetch"), settings.words("alerts"), settings.text("db")) == (None, [], None)
    for word in ("0", "FALSE", "no", "off"):
        monkeypatch.setenv("CTICK_PER_DOLLAR", word)
        assert not settings.is_on("per_dollar")
    for word in ("1", "True", "yes", "on"):
        monkeypatch.setenv("CTICK_PER_DOLLAR", word)
        assert settings.is_on("per_dollar")


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("CTICK_SOM", "EUR", "CTICK_SOM: unknown value 'EUR': choose from KGS, UZS"),
        ("CTICK_FETCH", "\x1bx", "CTICK_FETCH: unknown value '\ufffdx': choose from daily, never"),
        ("CTICK_SOURCES", "cbr,ecb", f"CTICK_SOURCES: unknown source 'ecb': choose from {NAMES}"),
        ("CTICK_PER_DOLLAR", "maybe", "CTICK_PER_DOLLAR: 'maybe' is neither 1 nor 0: set one of these, or unset it"),
    ],
)
def test_errors_name_the_variable(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, message: str) -> None:
    """And what it can be."""
    monkeypatch.setenv(variable, value)
    name = next(name for name, known in settings.VARIABLES.items() if known == variable)
    read = {"sources": settings.words, "per_dollar": settings.is_on}.get(name, settings.text)
    with pytest.raises(UsageError) as caught:
        read(name)
    assert str(caught.value) == message


def test_the_store_of_the_settings(run: Run, write: Write, home: Path) -> None:
    """`~` is the home folder; a missing one is reported as one that was named."""
    write('db = "~/my rates.db"')
    assert run("rates", "-o", "number").code == 2
    err = run("convert", "5", "KGS").err
    assert f"no such store: {home}/my rates.db; using only the rates bundled with ctick\n" in err
    run("snapshot", "-", "-q", stdin="KGS/USD = 0.01144\n16 December 2025\n")
    assert (home / "my rates.db").exists()


def test_without_a_home_there_is_no_file(ctick: Run) -> None:
    """The rest works, if the store is named."""
    result = ctick("convert", "5", "KGS", "-q", "--db", "rates.db", env={"HOME": "relative"})
    assert result.code == 0


def test_every_setting_is_declared_with_an_example_that_works(write: Write) -> None:
    """The example is TOML of the right type, and a value that is accepted."""
    for setting in settings_table.SETTINGS:
        table, _, key = setting.name.rpartition(".")
        write((f"[{table}]\n" if table else "") + f"{key} = {setting.example}")
        assert setting.name in settings.entries()
        assert not settings.remarks
        assert setting.description.endswith(".")
