"""The registry: all sources that ctick knows, in the order in which they are shown."""

from ctick import settings
from ctick.sources.cbr import CBR
from ctick.sources.cbu import CBU
from ctick.sources.contract import Source
from ctick.sources.fawaz import FAWAZ
from ctick.sources.frankfurter import FRANKFURTER
from ctick.sources.nbk import NBK
from ctick.sources.nbkr import NBKR
from ctick.sources.nbt import NBT
from ctick.sources.timesca import TIMESCA

SOURCES: dict[str, Source] = {source.name: source for source in (TIMESCA, CBR, CBU, FRANKFURTER, FAWAZ, NBK, NBKR, NBT)}

DEFAULT = ("timesca", "cbr")
"""What `ctick snapshot` fetches if nothing is named."""


def known_sources(name: str) -> str:
    """` (did you mean fawaz?): sources are timesca, cbr, ...`, for a message about a wrong name."""
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), SOURCES, n=1)
    return f"{f' (did you mean {near[0]}?)' if near else ''}: sources are {', '.join(SOURCES)}"


def default_sources() -> list[str]:
    """The setting `sources`, else timesca and cbr; UsageError if it names one that is unknown."""
    return list(dict.fromkeys(settings.words("sources") or DEFAULT))
