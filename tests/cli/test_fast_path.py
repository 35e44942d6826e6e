"""The fast path reads a command line exactly as Typer does, or leaves it to Typer."""

from collections.abc import Callable
from functools import cache, partial

import pytest
import typer
from conftest import Run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctick.cli import app, arguments, fast_path
from ctick.cli.declarations import COMMANDS, FLAG, INTEGER, LIST, Command, Parameter
from ctick.errors import UsageError

Reading = dict[str, object] | int | str | None

texts = st.sampled_from(
    [
        *("KGS", "50000", "3 million som", "сомони", "₸", "", " ", "x" * 600, "\udcff", "☃", "convert", "help", "="),
        *("2025-12-16", "today", "table", "json", "xml", "timesca", "STORE", "3d", "87.5", "a=b", "KZT<0.0019"),
    ]
) | st.text(max_size=4).filter(lambda text: not text.startswith("-"))
numbers = st.sampled_from(["0", "2", "-1", "30", "007", "999999999"])
junk = st.sampled_from(
    [
        *("--", "-", "---", "-x", "-qx", "-q=1", "-o", "-q", "--quie", "--quiet=1", "--no-quiet", "—date", "−q", "-q "),
        *("--places", "--places=", "--places=x", "--jobs=1_0", "--jobs= 2", "--jobs=+2", "--jobs=٣", "--jobs=1e3"),
        *("--jobs=" + "9" * 30, "--date", "--date=", "--alert", "--revisions", "--help", "-help", "--version", "-5"),
    ]
)
anything = st.lists(st.sampled_from(list(COMMANDS)) | junk | texts | numbers | st.text(max_size=4), max_size=6)
mistakes = st.builds(lambda name, rest: [name, *rest], st.sampled_from(list(COMMANDS)), anything) | anything


def spellings(option: Parameter, flag: str, value: str) -> list[list[str]]:
    """The ways to write an option with its value."""
    if option.kind == FLAG:
        return [[flag]]
    if flag.startswith("--"):
        return [[flag, value], [f"{flag}={value}"]]
    return [[flag, value], [f"-q{flag[1:]}", value], *([[flag + value], [f"-q{flag[1:]}{value}"]] if value else [])]


@st.composite
def well_formed(draw: st.DrawFn) -> list[str]:
    """A line of any command, with any of its options in any spelling and place, also before the command."""
    command = draw(st.sampled_from(list(COMMANDS.values())))
    options = [
        draw(st.sampled_from(spellings(option, flag, draw(numbers if option.kind == INTEGER else texts))))
        for flag, option in draw(st.lists(st.sampled_from(list(command.options().items())), max_size=5))
    ]
    words = [[word] for word in draw(words_for(command))]
    before = draw(st.integers(0, len(options)))
    after = options[before:]
    rest = [*after, ["--"], *words] if draw(st.booleans()) else draw(st.permutations([*after, *words]))
    return [word for part in [*options[:before], [command.name], *rest] for word in part]


def words_for(command: Command) -> st.SearchStrategy[list[str]]:
    """As many arguments as the command takes."""
    for parameter in command.parameters:
        if not parameter.flags:
            words = texts | st.sampled_from(["-20", "-.5", "-$5", "-"]) if command.name == "convert" else texts
            return st.lists(words, max_size=3 if parameter.kind == LIST else 1, min_size=parameter.kind != LIST)
    return st.just([])


@cache
def typer_command(build: Callable[[], typer.Typer]) -> object:
    """What Typer makes of the application, as it does again for each call."""
    return typer.main.get_command(build())


@pytest.fixture
def one_app(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typer's application is built once for all lines."""
    monkeypatch.setattr(app, "build", partial(typer_command, app.build))


def by_typer(words: list[str]) -> Reading:
    """What Typer makes of the words: values, an exit code or a message."""
    try:
        return app.read(words)
    except UsageError as error:
        return str(error)


@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(well_formed())
def test_every_well_formed_line_is_read_without_typer(one_app: None, line: list[str]) -> None:
    """Any option of any command, in any spelling and place, gives the values that Typer gives."""
    words = arguments.command_first(line)
    values = fast_path.read(words)
    assert values is not None
    assert values == by_typer(words)


@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(mistakes)
def test_other_lines_are_read_as_typer_reads_them(
    one_app: None, capsys: pytest.CaptureFixture[str], line: list[str]
) -> None:
    """Whatever is not left to Typer has the same values, however odd the line."""
    try:
        words = arguments.command_first(line)
    except UsageError:
        return
    values = fast_path.read(words)
    assert values is None or values == by_typer(words)


@pytest.mark.parametrize(
    ("line", "given"),
    [
        ("", {}),
        ("rates", {}),
        ("-q", {"quiet": True}),
        ("-o json rates KGS", {"output": "json", "codes": ["KGS"]}),
        ("rates KGS --max-age=3d --no-color", {"codes": ["KGS"], "max_age": "3d", "no_color": True}),
        ("convert -20 KGS -qo number", {"words": ["\u221220", "KGS"], "quiet": True, "output": "number"}),
        ("convert -- -20 KGS", {"words": ["-20", "KGS"]}),
        ("convert 5 KGS --places=2 --rate 87.5", {"words": ["5", "KGS"], "places": 2, "rate": "87.5"}),
        ("convert 5 KGS --places -1", {"words": ["5", "KGS"], "places": -1}),
        ("convert -otsv -o number -", {"output": "number", "words": ["-"]}),
        ("--date today convert 5 KGS", {"date": "today", "words": ["5", "KGS"]}),
        ("history", {"period": "all"}),
        ("history --since 30d --days weekly --revisions", {"since": "30d", "period": "weekly", "revisions": True}),
        ("watch", {"every": "10m"}),
        ("watch --alert a --alert=b KGS", {"every": "10m", "alerts": ["a", "b"], "codes": ["KGS"]}),
        ("parse --jobs 2 --force a b", {"jobs": 2, "force": True, "names": ["a", "b"]}),
        ("forget 2025-12-16 --source cbr", {"days": ["2025-12-16"], "source": "cbr"}),
        ("doctor --restore a.db", {"restore": "a.db"}),
        ("import - --db=", {"name": "-", "db": ""}),
    ],
)
def test_what_is_read(line: str, given: dict[str, object]) -> None:
    """What was given, and for everything else nothing; only `--days` and `--every` have other defaults."""
    values = fast_path.read(arguments.command_first(line.split()))
    assert values is not None
    assert {name: value for name, value in values.items() if value not in (None, False, [])} == given


@pytest.mark.parametrize(
    "line",
    [
        *("convert 5 KGS --quie", "convert 5 KGS --frobnicate", "convert 5 KGS -x", "convert 5 KGS -qx"),
        *("convert 5 KGS --quiet=1", "convert 5 KGS -q=1", "convert 5 KGS -o", "convert 5 KGS --places"),
        *("convert 5 KGS --places x", "convert 5 KGS --places=", "convert 5 KGS --places 1.5", "parse --jobs 1_0"),
        *("backup", "backup one two", "import", "doctor x", "rates --places 2"),
        *("convert --help", "--help", "conver 5 KGS", "--show-completion"),
    ],
)
def test_what_is_left_to_typer(line: str) -> None:
    """Unknown options and commands, missing and wrong values, too few and too many arguments, help."""
    assert fast_path.read(line.split()) is None


@pytest.mark.parametrize("line", ["", "convert 50000 KGS --places 0", "history KGS --days monthly -q", "sources"])
def test_both_readings_give_the_same_answer(run: Run, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    """The same stdout, stderr and exit code, where the values come from Typer."""
    answer = run(*line.split())
    monkeypatch.setattr(fast_path, "read", lambda _: None)
    assert run(*line.split()) == answer
    assert answer.code == 0
