"""`--show-completion` and `--install-completion`: the scripts in `completions/`, and where shells look for them."""

import errno
import os

from ctick.cli.words import COMPLETION_OPTIONS, SHELLS
from ctick.errors import DONE, CtickError, UsageError
from ctick.output import terminal
from ctick.text import plain

FILES = {"bash": "ctick.bash", "zsh": "_ctick", "fish": "ctick.fish"}
"""The script of each shell, in `completions/`."""


def wanted(words: list[str]) -> bool:
    """Whether a command line asks for completion, and for nothing else."""
    return words[0].partition("=")[0] in COMPLETION_OPTIONS


def run(words: list[str]) -> int:
    """`--show-completion` or `--install-completion`, with the name of a shell or without."""
    option, _, attached = words[0].partition("=")
    names = [attached, *words[1:]] if attached else words[1:]
    if len(names) > 1:
        raise UsageError(f"{option} takes one shell: {', '.join(SHELLS)}")
    shell = names[0] if names else _detected()
    return show(shell) if option == "--show-completion" else _install(shell)


def show(shell: str) -> int:
    """Prints the script of a shell."""
    terminal.write([_script(shell)])
    return DONE


def _script(shell: str) -> str:
    if shell not in FILES:
        raise UsageError(f"there is no completion for '{plain(shell, 40)}': choose {', '.join(SHELLS)}")
    with open(os.path.join(os.path.dirname(__file__), "completions", FILES[shell]), encoding="utf-8") as file:
        return file.read()


def _detected() -> str:
    """The name of the shell that has started ctick."""
    try:
        import shellingham  # type: ignore[import-untyped]  # Typer needs it

        return str(shellingham.detect_shell()[0])
    except Exception as error:  # ImportError, ShellDetectionFailure, or what /proc gives
        name = os.path.basename(os.environ.get("SHELL", ""))
        if name in SHELLS:
            return name
        raise UsageError(f"your shell is unknown: name it ({', '.join(SHELLS)})") from error


def _install(shell: str) -> int:
    """Writes the script where the shell finds it, and a line into its settings if it needs one."""
    home = os.path.expanduser("~")
    if not os.path.isabs(home):
        raise UsageError(f"no home folder to install completion in: set HOME; {_instead(shell)}")
    settings, line = "", ""
    if shell == "bash":
        path = os.path.join(home, ".bash_completions", "ctick.sh")
        settings, line = os.path.join(home, ".bashrc"), "source '{}'".format(path.replace("'", "'\\''"))
    elif shell == "zsh":
        path = os.path.join(home, ".zfunc", "_ctick")
        settings = os.path.join(os.environ.get("ZDOTDIR") or home, ".zshrc")
        line = "fpath+=~/.zfunc; autoload -Uz compinit; compinit"
    else:
        config = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
        path = os.path.join(config, "fish", "completions", "ctick.fish")
    script = _script(shell)
    try:
        before = _existing(path)
        if before and "_CTICK_COMPLETE" not in before:
            raise CompletionError(f"{plain(path)} is not a script of ctick, and was not replaced; move it away first")
        _existing(settings)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(script)
        if settings:
            _add_line(settings, line)
    except OSError as error:
        where = plain(error.filename or path)
        raise CompletionError(
            f"completion for {shell} can't be installed ({where}: {plain(error.strerror)}); {_instead(shell)}"
        ) from error
    also = f", and a line in {plain(settings)}" if settings else ""
    terminal.write([f"completion for {shell} is in {plain(path)}{also}; open a new shell to use it\n"])
    return DONE


class CompletionError(CtickError):
    """The files of a shell can't be written."""

    exit_code = 1


def _instead(shell: str) -> str:
    return f"'ctick --show-completion {shell}' prints the script"


def _existing(path: str) -> str:
    """The text of a file; "" if there is none. OSError for what is not a file, such as a named pipe."""
    if not os.path.exists(path):
        return ""
    if not os.path.isfile(path):
        raise OSError(errno.EINVAL, "not a file", path)
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return file.read()


def _add_line(path: str, line: str) -> None:
    """Adds a line to a file unless it is there; the rest stays as it is."""
    text = _existing(path)
    if line not in text.split("\n"):
        with open(path, "a", encoding="utf-8", errors="surrogateescape") as file:
            file.write(f"{'' if text.endswith(chr(10)) or not text else chr(10)}{line}\n")
