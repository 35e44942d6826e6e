"""The suggestions in ctick's messages about a store file."""

import os

from ctick.storage import sqlite_errors


def advice(path: str | os.PathLike[str]) -> str:
    """For a damaged store."""
    return sqlite_errors.advice(os.fspath(path))


def not_ours(path: str | os.PathLike[str]) -> str:
    """For a file that is not a store."""
    rescue = sqlite_errors.command(os.fspath(path), "doctor --rescue FILE")
    return (
        "is not a store of ctick, or its head is damaged: it was left as it is; name another with --db,"
        f" or see what '{rescue}' saves"
    )
