"""The addresses of a source, or those that the user gives in their place, as requests."""

from collections.abc import Mapping, Sequence

from ctick import clock, settings
from ctick.redaction import is_public, redact
from ctick.sources.contract import Source
from ctick.sources.days import Span
from ctick.sources.fetch import Request
from ctick.text import plain


class Addresses:
    """The addresses of a source; `custom_url` is the user's, or None, and `origin` says where it is set."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.custom_url = settings.text(f"urls.{source.name}")
        self.origin = settings.origin(f"urls.{source.name}") if self.custom_url else ""
        self.range_url = source.range_url
        if self.custom_url:
            self.range_url = self.custom_url if "{from}" in self.custom_url else None

    @property
    def is_cacheable(self) -> bool:
        """Whether the latest answers may be stored under their addresses, for conditional requests.

        Not if the address has a date, nor if it is the user's and may contain a secret.
        """
        if self.custom_url and not is_public(self.custom_url):
            return False
        return bool(self.source.latest_word) or not any("{date}" in url for url in self._latest_urls())

    def latest(self) -> Request:
        """The request for the latest rates."""
        word = self.source.latest_word or clock.today().strftime(self.source.date_format)
        parts = _filled(self._latest_urls(), self.source.files, {"{date}": word, "{from}": word, "{to}": word})
        return Request(self.source.name, None, parts)

    def past(self, span: Span) -> Request:
        """The request for one past day, or for many if there is an address for them."""
        since, until = (day.strftime(self.source.date_format) for day in (span.since, span.until))
        urls, files = [self.custom_url] if self.custom_url else self.source.dated, self.source.files
        if self.range_url and not span.one_day:
            urls, files = [self.range_url], self.source.range_files
        return Request(self.source.name, span, _filled(urls, files, {"{date}": until, "{from}": since, "{to}": until}))

    def redact(self, text: str) -> str:
        """A server's words, printable and without what is secret in the user's address."""
        return plain(redact(text, self.custom_url or ""), 500)

    def _latest_urls(self) -> Sequence[str]:
        return [self.custom_url] if self.custom_url else self.source.latest


def _filled(urls: Sequence[str], files: Sequence[str], values: Mapping[str, str]) -> list[list[str]]:
    """For each file the addresses with the placeholders replaced."""

    def fill(url: str, file: str) -> str:
        for placeholder, text in {**values, "{file}": file}.items():
            url = url.replace(placeholder, text)
        return url

    return [[fill(url, file) for url in urls] for file in files]
