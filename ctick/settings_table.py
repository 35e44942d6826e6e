"""All settings, with what they mean: for `config.toml`, `ctick config`, help and the man page.

Not in `settings`, which each answer loads.
"""

from ctick.settings import SOURCES, VARIABLES

TEXT, FLAG, LIST = "a string", "true or false", "a list of strings"


class Setting:
    """A key of the file: its kind, a value as the file has it, a description and the default; "" for none."""

    __slots__ = ("default", "description", "example", "kind", "name")

    def __init__(self, name: str, kind: str, example: str, description: str, default: str = "") -> None:
        self.name = name
        self.kind = kind
        self.example = example
        self.description = description
        self.default = default

    @property
    def variable(self) -> str:
        """The environment variable that overrides the file; "" for none."""
        return VARIABLES.get(self.name, "")


SETTINGS = (
    Setting("to", LIST, '["USD", "KZT"]', "Currencies to convert to if you name none (default: USD).", "USD"),
    Setting(
        "sources",
        LIST,
        '["timesca", "cbr"]',
        "Sources to fetch (default: timesca, cbr).",
        "timesca, cbr",
    ),
    Setting("som", TEXT, '"KGS"', "What 'som' alone means: KGS or UZS."),
    Setting("per_dollar", FLAG, "true", "Show what 1 USD costs: 87.46, not 0.01143.", "false"),
    Setting("color", TEXT, '"auto"', "Colour: always, auto or never.", "auto"),
    Setting("alerts", LIST, '["KZT<0.0019"]', "Alerts of 'watch' without --alert."),
    Setting("fetch", TEXT, '"daily"', "If daily, fetch first when the newest rate is older than a day.", "never"),
    Setting("db", TEXT, '"~/rates.db"', "The file of the store."),
    *(
        Setting(f"urls.{name}", TEXT, '"https://example.com/{date}"', f"The address to fetch {name} from.")
        for name in SOURCES
    ),
)
"""All settings; those of `[urls]` come last, one for each source."""

BY_NAME = {setting.name: setting for setting in SETTINGS}
