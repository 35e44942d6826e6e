"""ctick: a currency ticker for the five Central Asian currencies, honest about its digits.

parse     ticker text -> blocks of snapshots, with remarks
convert   an amount through quotes, with its interval
Store     the user's own snapshots in one SQLite file
Quote     one printed rate
Snapshot  the quotes of one block, with date and source
"""

__version__ = "0.1.0"

__all__ = ["Quote", "Snapshot", "Store", "__version__", "convert", "parse"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ctick.model import Quote as Quote
    from ctick.model import Snapshot as Snapshot
    from ctick.rates.conversion import convert as convert
    from ctick.storage.store import Store as Store
    from ctick.ticker.scanner import read as parse

_HOMES = {
    "Quote": ("ctick.model", "Quote"),
    "Snapshot": ("ctick.model", "Snapshot"),
    "Store": ("ctick.storage.store", "Store"),
    "convert": ("ctick.rates.conversion", "convert"),
    "parse": ("ctick.ticker.scanner", "read"),
}


def __getattr__(name: str) -> object:
    """Loads a public name when it is first asked for: `import ctick` itself costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'ctick' has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
