"""The advice in messages about a store."""

import os

from ctick.shell import store_command
from ctick.storage import sqlite_errors


def advice(path: str | os.PathLike[str]) -> str:
    """For a damaged store."""
    return sqlite_errors.advice(os.fspath(path))


def not_ours(path: str | os.PathLike[str]) -> str:
    """For a file that is not a store."""
    rescue = store_command(os.fspath(path), "doctor", "--rescue", "FILE")
    return (
        f"is not a ctick store, or its header is damaged: it was not changed; name another with --db, or try {rescue}"
    )
