"""The registry: every feed that ctick knows, in the order in which they are shown."""

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
"""What `ctick snapshot` fetches when nothing is named."""
