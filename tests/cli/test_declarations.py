"""The declared commands match the functions that they call, and the help is right."""

import inspect
import re

import pytest
from conftest import Run

from ctick.cli.declarations import COMMANDS, FLAG, INTEGER, LIST, SHARED, Parameter
from ctick.commands.options import Options

ANNOTATIONS = {FLAG: bool, INTEGER: int | None, LIST: list[str]}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_takes_what_is_declared(name: str) -> None:
    """Its function has an argument for each parameter, of the right type."""
    command = COMMANDS[name]
    run = __import__(f"ctick.commands.{command.module}", fromlist=["run"]).run
    options, *own = inspect.signature(run, eval_str=True).parameters.values()
    assert options.annotation is Options
    assert {parameter.name: parameter.annotation for parameter in own} == {
        parameter.name: ANNOTATIONS.get(parameter.kind, str if parameter.initial() or parameter.is_required else str | None)
        for parameter in command.parameters
        if parameter.name not in SHARED
    }  # fmt: skip


def test_shared_parameters_are_those_of_options() -> None:
    """`Options` takes exactly these."""
    assert set(inspect.signature(Options).parameters) == set(SHARED)


def test_a_flag_takes_a_value_everywhere_or_nowhere() -> None:
    """It may come before the command, when it isn't yet known which command it belongs to."""
    flags = {(flag, option.kind == FLAG) for command in COMMANDS.values() for flag, option in command.options().items()}
    assert len(flags) == len(dict(flags))


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command(run: Run, name: str) -> None:
    """It has the command's summary, every option with its default, and every example; the list of commands has the summary too."""
    command = COMMANDS[name]
    code, out, err = run(name, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: ctick {name} ")
    assert f"\n  {command.summary}\n" in out
    for parameter in command.parameters:
        assert all(re.search(rf"(?<![\w-]){flag}(?![\w-])", out) for flag in parameter.flags)
        assert not parameter.default or f"(default: {parameter.default})" in parameter.description
        if parameter.flags:  # the oldest Typer that we allow does not show those of arguments
            assert parameter.description in " ".join(out.split())
    for example in command.examples:
        assert f"\n    {example}\n" in out
    assert f"\n  {name:<8}  {command.summary}\n" in run("--help").out


@pytest.mark.parametrize("name", [name for name, command in COMMANDS.items() if "-o" in command.options()])
def test_the_help_names_every_format(run: Run, name: str) -> None:
    """The formats in the help are those that the message about a wrong one lists."""
    required = ["2025-12-16"] if name == "forget" else []
    code, _, err = run(name, *required, "-o", "bogus", stdin=None if name == "convert" else "")
    assert code == 2
    described = COMMANDS[name].options()["-o"].description.removeprefix("Output format: ").rstrip(".")
    assert re.split("[,;] ", described) == err.rstrip("\n").rpartition("choose one of ")[2].split(", ")


def test_words_in_any_case() -> None:
    """Names of sources, formats and choices; not names of files, currencies and conditions."""
    kinds = ("NAME", "[NAME...]", "FORMAT", "WHEN", "all|weekly|monthly", "FILE", "[CODE...]", "CONDITION", "DAY", "")
    assert [kind for kind in kinds if Parameter("--x", kind, "").is_in_any_case] == list(kinds[:5])
