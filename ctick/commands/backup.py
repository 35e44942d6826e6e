"""`ctick backup FILE`: a copy of the store, sound and of one moment, while others may write."""

from ctick import terminal
from ctick.commands import Options
from ctick.copies import backup
from ctick.errors import DONE, plain
from ctick.wording import counted


def run(name: str, options: Options) -> int:
    """Copies the store into a new file, and checks the copy."""
    count = backup(options.existing_path(), name)
    if not options.quiet:
        terminal.say(f"{plain(name)} has {counted(count, 'snapshot')}, all sound")
    return DONE
