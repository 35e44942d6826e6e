"""The registry: all sources that ctick knows, in the order in which they are shown."""

import os

from ctick.errors import UsageError
from ctick.sources.cbr import CBR
from ctick.sources.cbu import CBU
from ctick.sources.contract import Source
from ctick.sources.fawaz import FAWAZ
from ctick.sources.frankfurter import FRANKFURTER
from ctick.sources.nbk import NBK
from ctick.sources.nbkr import NBKR
from ctick.sources.nbt import NBT
from ctick.sources.timesca import TIMESCA
from ctick.text import plain

SOURCES: dict[str, Source] = {source.name: source for source in (TIMESCA, CBR, CBU, FRANKFURTER, FAWAZ, NBK, NBKR, NBT)}

DEFAULT = ("timesca", "cbr")
"""What `ctick snapshot` fetches if nothing is named."""


def known_sources(name: str) -> str:
    """` (did you mean fawaz?): sources are timesca, cbr, ...`, for a message about a wrong name."""
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), SOURCES, n=1)
    return f"{f' (did you mean {near[0]}?)' if near else ''}: sources are {', '.join(SOURCES)}"


def default_sources() -> list[str]:
    """The names in `CTICK_SOURCES`, separated by commas or blanks, else timesca and cbr."""
    names = os.environ.get("CTICK_SOURCES", "").replace(",", " ").split() or list(DEFAULT)
    for name in names:
        if name not in SOURCES:
            raise UsageError(f"CTICK_SOURCES: unknown source '{plain(name, 40)}': choose from {', '.join(SOURCES)}")
    return list(dict.fromkeys(names))
