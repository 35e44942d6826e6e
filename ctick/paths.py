"""Where ctick keeps its files.

On Linux this gives the same results as platformdirs (a test compares them) without importing it,
which takes longer than all of `ctick convert`.
"""

import os
import sys

from ctick import settings
from ctick.errors import StoreError, UsageError
from ctick.text import plain


def data_dir() -> str:
    """The folder of the store: `$XDG_DATA_HOME/ctick` or `~/.local/share/ctick` on Linux."""
    return _user_dir("XDG_DATA_HOME", ".local/share", "user_data_dir")


def state_dir() -> str:
    """The folder of bug reports: `$XDG_STATE_HOME/ctick` or `~/.local/state/ctick` on Linux."""
    return _user_dir("XDG_STATE_HOME", ".local/state", "user_state_dir")


def config_dir() -> str:
    """The folder of the settings: `$XDG_CONFIG_HOME/ctick` or `~/.config/ctick` on Linux."""
    return _user_dir("XDG_CONFIG_HOME", ".config", "user_config_dir")


def config_file() -> str:
    """The file of the settings."""
    return os.path.join(config_dir(), "config.toml")


def store_path(option: str | None) -> str:
    """The store's file: `--db`, else the setting `db`, else `ctick.db` in the user's data folder.

    StoreError for the name of a folder.
    """
    if option == "":
        raise UsageError("--db needs a file name")
    path = option or settings.text("db") or os.path.join(data_dir(), "ctick.db")
    if os.path.basename(path) in ("", os.curdir, os.pardir):
        raise StoreError(f"the store {plain(path)} is a folder: name a file with --db")
    return path


def is_named(option: str | None) -> bool:
    """Whether the user has named a store."""
    return bool(option or settings.text("db"))


def _user_dir(variable: str, below_home: str, name: str) -> str:
    if sys.platform == "linux":
        base = os.environ.get(variable, "")
        if base.startswith("/"):
            return os.path.join(base, "ctick")
        home = os.environ.get("HOME", "")
        if home.startswith("/"):
            return os.path.join(home.rstrip("/") + "/", below_home, "ctick")
    import platformdirs

    try:
        folder = str(getattr(platformdirs, name)("ctick", appauthor=False))
    except RuntimeError:
        folder = ""
    if not os.path.isabs(folder):  # older versions return '~/...' if there is no home
        raise StoreError("no home folder to keep rates in: set HOME, or name a file with --db or CTICK_DB")
    return folder
