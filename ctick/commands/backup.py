"""`ctick backup FILE`: a verified copy of the store, as it was at one moment, while other programs may write."""

from ctick.commands.options import Options
from ctick.errors import DONE
from ctick.output import terminal
from ctick.storage.backup import backup
from ctick.text import counted, plain


def run(options: Options, *, name: str) -> int:
    """Copies the store to a new file and verifies the copy."""
    count = backup(options.store_path_or_error(), name)
    if not options.quiet:
        terminal.say(f"backed up {counted(count, 'snapshot')} to {plain(name)} (verified)")
    return DONE
