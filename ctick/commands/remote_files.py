"""Addresses that fsspec opens (`s3://`, `gs://`, `hdfs://`, `http://`, `file://`, `memory://`) -> chunks of bytes."""

from collections.abc import Iterator

from ctick.commands.inputs import Input
from ctick.commands.streams import chunks
from ctick.errors import InputError, exhausted_resource
from ctick.redaction import redact, redacted_url
from ctick.text import plain
from ctick.ticker.decoding import CHUNK


def open_remote(address: str) -> Input:
    """Opens an address, to be read in chunks; raises InputError, also later while it is read."""
    is_web_page = address.lower().startswith(("http:", "https:"))
    return Input(redacted_url(address), _chunks(address), fetched=is_web_page)


def _chunks(address: str) -> Iterator[bytes]:
    name = redacted_url(address)
    try:
        import fsspec
    except ImportError as error:
        raise InputError(f"{name} needs one more package: pip install 'ctick[cluster]'") from error
    try:
        with fsspec.open(address, "rb") as file:
            yield from chunks(file, CHUNK)
    except Exception as error:  # each of the packages behind fsspec has exceptions of its own
        if exhausted_resource(error):
            raise
        # An address that can't be reached is a FileNotFoundError, too.
        cause = (isinstance(error, FileNotFoundError) and error.__cause__) or error
        if isinstance(cause, FileNotFoundError) or getattr(cause, "status", None) == 404:
            raise InputError(f"no such file: {name}") from error
        reason = plain(redact(str(cause).replace(address, name), address), 300)
        raise InputError(f"{name} can't be read ({reason or type(cause).__name__})") from error
