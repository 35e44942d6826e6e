"""`ctick backup FILE`: a copy of the store, sound and of one moment, while others may write."""

from ctick.commands.options import Options
from ctick.errors import DONE
from ctick.output import terminal
from ctick.storage.backup import backup
from ctick.text import counted, plain


def run(options: Options, *, name: str) -> int:
    """Copies the store into a new file, and checks the copy."""
    count = backup(options.existing_path(), name)
    if not options.quiet:
        terminal.say(f"{plain(name)} has {counted(count, 'snapshot')}, all sound")
    return DONE
