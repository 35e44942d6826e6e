"""Completion: the words that can stand at the cursor, for the scripts in `completions/` and for those of Typer.

A shell calls `ctick` without arguments. `_CTICK_COMPLETE` is the wanted format: `describe` for zsh and fish, the others
as Typer's `_completion_classes.py` has them. What was typed is in `COMP_WORDS` (a line each) and `COMP_CWORD`, or in
`_TYPER_COMPLETE_ARGS`. The exit code is 1 where files are wanted, too, else 0. Nothing is written, and nothing fails,
whatever the store is like.
"""

import os

from ctick.cli.words import offers
from ctick.errors import DONE, PARTLY, UsageError
from ctick.output import terminal

_POWERSHELL = ("powershell", "pwsh")
_ZSH = str.maketrans({"'": "", '"': "", "$": "", "`": "", "\\": "", ":": "\\:"})


def answer(instruction: str) -> int:
    """Prints the words for a shell; the exit code. UsageError for what no shell sets."""
    action, _, shell = instruction.partition("_")
    if action == "source":
        from ctick.cli import shells

        return shells.show(shell)
    try:
        words, word, kept = _typed(shell)
    except (KeyError, ValueError, IndexError):
        action = ""
    if action not in ("complete", "describe"):
        raise UsageError("_CTICK_COMPLETE is set for shell completion, but not as any shell sets it: unset it")
    try:
        found, files = offers(words[1:], word)
    except Exception:  # noqa: BLE001 - a message would be printed into the prompt
        found, files = {}, False
    if os.environ.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args":
        return PARTLY if files and not found else DONE
    terminal.write(_lines(shell, found, kept, files=files))
    return PARTLY if files and shell in ("", "bash") else DONE


def _lines(shell: str, found: dict[str, str], kept: str, *, files: bool) -> list[str]:
    """The words in the format of a shell, without the characters `kept` that the shell puts before them."""
    if shell == "bash":
        return [f"{word.removeprefix(kept)}\n" for word in found]
    if shell == "zsh":  # which runs this
        quoted = {f'"{word.translate(_ZSH)}"': text.translate(_ZSH) for word, text in found.items()}
        words = [f'{word}:"{text}"' if text else word for word, text in quoted.items()]
        return [f"_arguments '*: :(({' '.join(words)}))'\n" if words else "_files\n" if files else ":\n"]
    if shell in _POWERSHELL:
        return [f"{word}:::{text or ' '}\n" for word, text in found.items()]
    return [f"{word}\t{text}\n" for word, text in found.items()]


def _typed(shell: str) -> tuple[list[str], str, str]:
    """The words before the cursor, the one at the cursor, and which of its characters the shell keeps as they are."""
    if "COMP_WORDS" not in os.environ:
        line = os.environ["_TYPER_COMPLETE_ARGS"]
        if shell in _POWERSHELL and not os.environ.get("_TYPER_COMPLETE_WORD_TO_COMPLETE"):
            line += " "  # which PowerShell leaves out
        words = _split(line)
        return (words, "", "") if line[-1:].isspace() or not words else (words[:-1], words[-1], "")
    place = int(os.environ["COMP_CWORD"])
    typed = os.environ["COMP_WORDS"].split("\n")
    words, kept = [], ""
    for number, part in enumerate([*typed, ""][: place + 1]):
        text = "".join(_split(part)) if set(part) & set("'\"\\") else part
        # bash divides `--source=cbr` into three words, and replaces only the last.
        if kept := _before(words, typed[number - 1] if number else "", text):
            words[-1] = kept + text.removeprefix("=")
        else:
            words.append(text)
    return words[:-1], words[-1], kept


def _before(words: list[str], previous: str, text: str) -> str:
    """`--source=` if a word is its equals sign or follows it."""
    if not words or not words[-1].startswith("--"):
        return ""
    if text == "=":
        return f"{words[-1]}="
    return words[-1] if previous == "=" and words[-1].endswith("=") else ""


def _split(line: str) -> list[str]:
    """The words of a command line as a shell divides them; a quote need not be closed yet."""
    import shlex

    lexer = shlex.shlex(line, posix=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    try:
        words.extend(lexer)
    except ValueError:  # what it has of the last word
        words.append(lexer.token)
    return words
