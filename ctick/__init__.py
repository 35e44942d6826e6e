"""A currency ticker for five Central Asian currencies (KGS, KZT, TJS, UZS, TMT) against the US dollar.

    parse           ticker text -> a ParseReport with snapshots and warnings
    Store           saved rates in one SQLite file: save, rate, convert, history
    convert         one answer from the user's own store

    ParseReport     what parse found: snapshots and ParseWarnings
    Snapshot        the quotes of one source and day
    Capture         where and when a crawl fetched the page of a snapshot
    Quote           one rate, printed or derived from published figures (each a Leg)
    DatedQuote      a quote with its day and source
    Conversion      a converted amount with its range
    SaveResult      what Store.save did

    CtickError      the base of all errors: UsageError, InputError, NoRateError, StoreError

>>> import ctick
>>> str(ctick.convert("50,000 KGS").value)
'571.50'
"""

__version__ = "0.2.0.dev0"

__all__ = [
    "Capture",
    "Conversion",
    "CtickError",
    "DatedQuote",
    "InputError",
    "Leg",
    "NoRateError",
    "ParseReport",
    "ParseWarning",
    "Quote",
    "SaveResult",
    "Snapshot",
    "Store",
    "StoreError",
    "UsageError",
    "__version__",
    "convert",
    "parse",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ctick.api.parsing import ParseReport as ParseReport
    from ctick.api.parsing import parse as parse
    from ctick.api.store import SaveResult as SaveResult
    from ctick.api.store import Store as Store
    from ctick.api.store import convert as convert
    from ctick.capture import Capture as Capture
    from ctick.errors import CtickError as CtickError
    from ctick.errors import InputError as InputError
    from ctick.errors import NoRateError as NoRateError
    from ctick.errors import StoreError as StoreError
    from ctick.errors import UsageError as UsageError
    from ctick.model import DatedQuote as DatedQuote
    from ctick.model import Leg as Leg
    from ctick.model import Quote as Quote
    from ctick.model import Snapshot as Snapshot
    from ctick.rates.conversion import Conversion as Conversion
    from ctick.ticker.blocks import ParseWarning as ParseWarning

_MODULES = {
    "ctick.api.parsing": ("ParseReport", "parse"),
    "ctick.api.store": ("SaveResult", "Store", "convert"),
    "ctick.errors": ("CtickError", "InputError", "NoRateError", "StoreError", "UsageError"),
    "ctick.capture": ("Capture",),
    "ctick.model": ("DatedQuote", "Leg", "Quote", "Snapshot"),
    "ctick.rates.conversion": ("Conversion",),
    "ctick.ticker.blocks": ("ParseWarning",),
}


if not TYPE_CHECKING:  # type checkers would take every name for one that is loaded

    def __getattr__(name: str) -> object:
        """Loads a public name when it is first used: `import ctick` alone loads no other module."""
        for module, names in _MODULES.items():
            if name in names:
                from importlib import import_module

                value = globals()[name] = getattr(import_module(module), name)
                return value
        raise AttributeError(f"module 'ctick' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
