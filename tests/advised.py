"""What ctick says to do about the store in a file."""

import os

from ctick.shell import store_command
from ctick.storage import sqlite_errors


def advice(path: str | os.PathLike[str]) -> str:
    """About a damaged one."""
    return sqlite_errors.advice(os.fspath(path))


def not_ours(path: str | os.PathLike[str]) -> str:
    """About a file that is not a store."""
    rescue = store_command(os.fspath(path), "doctor", "--rescue", "FILE")
    return (
        f"is not a ctick store, or its header is damaged: it was not changed; name another with --db, or try {rescue}"
    )
