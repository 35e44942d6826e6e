"""What the user has set for good, by environment variables: default targets, sources, which som `som` is."""

import os

VARIABLES = {
    "to": "CTICK_TO",
    "sources": "CTICK_SOURCES",
    "som": "CTICK_SOM",
    "per_dollar": "CTICK_PER_DOLLAR",
    "fetch": "CTICK_FETCH",
}
"""The variable of each setting; an empty one counts as unset."""


def text(name: str) -> str | None:
    """The value of a setting, or None."""
    return os.environ.get(VARIABLES[name], "").strip() or None


def words(name: str) -> list[str]:
    """The values of a setting that is a list, divided by commas or spaces."""
    return (text(name) or "").replace(",", " ").split()


def is_on(name: str) -> bool:
    """Whether a setting that is yes or no is `1`, `true`, `yes` or `on`."""
    return (text(name) or "").casefold() in ("1", "true", "yes", "on")
