"""The alerts of `ctick watch`: which hold, which have just begun to, and which rang when."""

import datetime as dt
from collections.abc import Sequence

from ctick import clock
from ctick.model import DatedQuote
from ctick.rates.alerts import Alert
from ctick.rates.trend import dollar_text
from ctick.text import long_date, rate_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ctick.commands.watch_exec import AlertCommand


class Ring:
    """An alert that began to hold, at a moment (UTC) and for a rate."""

    def __init__(self, alert: Alert, dated: DatedQuote) -> None:
        self.moment = clock.now()
        self.alert = alert
        self.dated = dated

    def to_text(self, day: dt.date) -> str:
        """`alert: KZT < 0.0019 at 14:05 UTC (KZT/USD 0.00189)`, with each date that is not `day`."""
        moment, dated = self.moment, self.dated
        date = "" if moment.date() == day else f" on {long_date(moment.date())}"
        code = dated.base
        rate = f"1 USD = {dollar_text(dated)} {code}" if self.alert.is_per_dollar else f"{code}/USD {rate_text(dated)}"
        of_day = "" if dated.as_of in (day, None) else f" of {long_date(dated.as_of)}"
        return f"alert: {self.alert.text} at {moment:%H:%M} UTC{date} ({rate}{of_day})"


class Alerts:
    """Rings for each alert when it begins to hold, and not again until it has stopped holding.

    `rang` has the last ring of each alert. `command` is run for each ring, too.
    """

    def __init__(self, alerts: Sequence[Alert], command: "AlertCommand | None" = None) -> None:
        self._alerts = alerts
        self.command = command
        self.holding: list[str] = []
        self.rang: dict[str, Ring] = {}

    def check(self, quotes: dict[str, DatedQuote]) -> list[Ring]:
        """The alerts that have just begun to hold."""
        if self.command is not None:
            self.command.poll()
        active = {alert.text: alert for alert in self._alerts if alert.holds(quotes)}
        new = [Ring(alert, quotes[alert.code]) for text, alert in active.items() if text not in self.holding]
        self.holding = sorted(active)
        for ring in new:
            self.rang.pop(ring.alert.text, None)
            self.rang[ring.alert.text] = ring
            if self.command is not None:
                self.command.start(ring.alert, ring.dated)
        return new

    def failures(self) -> list[str]:
        """What is wrong with the command."""
        return [] if self.command is None else list(self.command.failures.values())
