"""A real server on loopback that serves the format of every source, and misbehaves if its path says so.

The figures are those of recorded answers, other text is made up. An address is
`/BEHAVIOUR/SOURCE?date=...&from=...&to=...&file=...`, see `ADDRESSES`; that of nbkr is
`/BEHAVIOUR/nbkr/FILE`, without a query, so that its answers may be stored.
"""

import datetime as dt
import gzip
import json
import sqlite3
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import ticker_lines

Rows = dict[str, tuple[int, str]]
"""Code -> (nominal, value as published)."""

FIGURES: dict[str, Rows] = {
    "timesca": {"KGS": (1, "0.01144"), "KZT": (1, "0.00213"), "TJS": (1, "0.10766"), "UZS": (1, "0.00008"), "TMT": (1, "0.28571")},
    "cbr": {
        "USD": (1, "75,5273"), "KGS": (100, "86,4125"), "KZT": (100, "16,3172"), "TJS": (10, "80,0866"),
        "UZS": (10000, "62,8322"), "TMT": (1, "21,5792"),
    },
    "cbu": {
        "USD": (1, "12194.21"), "KGS": (1, "139.40"), "KZT": (1, "25.42"), "TJS": (1, "1275.12"), "TMT": (1, "3469.17"),
    },
    "frankfurter": {"KGS": (1, "87.45"), "KZT": (1, "472.49"), "TJS": (1, "9.2886"), "UZS": (1, "12005"), "TMT": (1, "3.5")},
    "fawaz": {
        "KGS": (1, "87.46174735"), "KZT": (1, "515.63607929"), "TJS": (1, "9.19744415"), "UZS": (1, "12115.41710847"),
        "TMT": (1, "3.49686379"),
    },
    "nbk": {"USD": (1, "478.77"), "KGS": (1, "5.47"), "TJS": (1, "50.19"), "UZS": (100, "3.93")},
    "nbkr": {"USD": (1, "87,4500"), "KZT": (1, "0,1859"), "TJS": (1, "9,4148"), "UZS": (1, "0,0073"), "TMT": (1, "24,9857")},
    "nbt": {
        "USD": (1, "9.3288"), "KGS": (10, "1.0668"), "KZT": (10, "0.1977"), "UZS": (100, "0.0774"), "TMT": (1, "2.6654"),
    },
}  # fmt: skip

ADDRESSES = {
    "timesca": "",
    "cbr": "?date={date}",
    "cbu": "?date={date}",
    "frankfurter": "?date={date}",
    "fawaz": "?date={date}",
    "nbk": "?date={date}",
    "nbkr": "/{file}",
    "nbt": "?date={date}",
}

EIGHT = list(ADDRESSES)

RANGES = {"cbr": "?file={file}&from={from}&to={to}&date={date}", "frankfurter": "?from={from}&to={to}&date={date}"}

_CBR_NAMES = {"R01235": "USD", "R01370": "KGS", "R01335": "KZT", "R01670": "TJS", "R01717": "UZS", "R01710A": "TMT"}
_WEEKLY = ("TJS", "UZS", "TMT")


def timesca(day: dt.date | None, rows: Rows) -> bytes:
    figures = ";".join(f"{code} {value} 0%" for code, (_, value) in rows.items())
    return f"<html><body><pre>{ticker_lines(figures)}{f'{day:%d %B %Y}' if day else ''}\n</pre></body></html>".encode()


def cbr(day: dt.date, rows: Rows) -> bytes:
    text = "".join(
        f'<Valute ID="R0"><CharCode>{code}</CharCode><Nominal>{nominal}</Nominal><Name>деньги</Name><Value>{value}</Value></Valute>'
        for code, (nominal, value) in rows.items()
    )
    head = '<?xml version="1.0" encoding="windows-1251"?>'
    return f'{head}<ValCurs Date="{day:%d.%m.%Y}" name="рынок">{text}</ValCurs>'.encode("windows-1251")


def cbr_dynamic(name: str, days: list[dt.date], rows: Rows) -> bytes:
    nominal, value = rows[_CBR_NAMES[name]]
    records = "".join(
        f'<Record Date="{day:%d.%m.%Y}" Id="{name}"><Nominal>{nominal}</Nominal><Value>{value}</Value></Record>'
        for day in days
    )
    head = '<?xml version="1.0" encoding="windows-1251"?>'
    return f'{head}<ValCurs ID="{name}" name="динамика">{records}</ValCurs>'.encode("windows-1251")


def cbu(day: dt.date, rows: Rows) -> bytes:
    return json.dumps(
        [
            {"Ccy": code, "CcyNm_RU": "деньги", "Nominal": str(nominal), "Rate": value, "Date": f"{day:%d.%m.%Y}"}
            for code, (nominal, value) in rows.items()
        ]
    ).encode()


def frankfurter(days: list[dt.date], rows: Rows) -> bytes:
    """Numbers are written as they are given, so that NaN and 1e5 are possible."""
    items = [
        f'{{"date":"{day}","base":"USD","quote":"{code}","rate":{value}}}'
        for day in days
        for code, (_, value) in rows.items()
    ]
    return f"[{','.join(items)}]".encode()


def fawaz(day: dt.date, rows: Rows) -> bytes:
    figures = ",".join(f'"{code.lower()}":{value}' for code, (_, value) in rows.items())
    return f'{{"date":"{day}","usd":{{"eur":0.85095272,"usd":1,{figures}}}}}'.encode()


def nbk(day: dt.date, rows: Rows) -> bytes:
    items = "".join(
        f"<item><fullname>ДЕНЬГИ</fullname><title>{code}</title><description>{value}</description><quant>{nominal}</quant></item>"
        for code, (nominal, value) in rows.items()
    )
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rates><date>{day:%d.%m.%Y}</date>{items}</rates>\n'.encode()


def nbkr(day: dt.date, rows: Rows, file: str) -> bytes:
    items = "".join(
        f'<Currency ISOCode="{code}"><Nominal>{nominal}</Nominal><Value>{value}</Value></Currency>'
        for code, (nominal, value) in rows.items()
        if (code in _WEEKLY) == (file == "weekly")
    )
    head = '<?xml version="1.0" encoding="windows-1251" ?>'
    return f'{head}\n<CurrencyRates Name="курсы" Date="{day:%d.%m.%Y}">{items}</CurrencyRates>\n'.encode("windows-1251")


def nbt(day: dt.date, rows: Rows) -> bytes:
    items = "".join(
        f'<Valute ID="810"><CharCode>{code}</CharCode><Nominal>{nominal}</Nominal><Name>money</Name><Value>{value}</Value></Valute>'
        for code, (nominal, value) in rows.items()
    )
    return f'<?xml version="1.0" encoding="utf-8" ?>\n<ValCurs Date="{day}" name="market">{items}</ValCurs>\n'.encode()


def _changed(rows: Rows, value: str) -> Rows:
    """Each figure replaced, in the source's number format."""
    comma = any("," in old for _, old in rows.values())
    return {code: (nominal, value.replace(".", ",") if comma else value) for code, (nominal, _) in rows.items()}


def inverted(rows: Rows) -> Rows:
    """Each figure inverted, except for the dollar."""
    changed = {}
    for code, (nominal, old) in rows.items():
        value = f"{1 / float(old.replace(',', '.')):.10f}"
        value = old if code == "USD" else value.replace(".", ",") if "," in old else value
        changed[code] = (nominal, value)
    return changed


class Feeds:
    """What the server answers, and the requests that it has received."""

    def __init__(self) -> None:
        self.today = dt.date(2026, 5, 22)  # a Friday
        self.weekly = dt.timedelta(days=-1)  # how the weekly file of nbkr is dated, from the daily one's day
        self.missing: set[dt.date] = set()
        self.is_dated = True  # whether the page of timesca has a date
        self.odd: dict[dt.date, str] = {}  # days with another behaviour
        self.cut: int | None = None  # how many days an answer for a range has, if not all
        self.absent: set[str] = set()  # currencies without rows in an answer for a range
        self.broken: set[str] = set()  # sources that answer 404 to everything
        self.files: dict[str, Path] = {}  # folders that are served below /file/NAME/
        self.figures = {source: dict(rows) for source, rows in FIGURES.items()}
        self.requests: list[tuple[float, str]] = []
        self.headers: list[dict[str, str]] = []
        self.delay = 0.0
        self.sent = 0
        self.in_flight = 0
        self.most_in_flight = 0
        self.lock = threading.Lock()

    @property
    def paths(self) -> list[str]:
        return [path for _, path in self.requests]

    def body(self, source: str, query: dict[str, str], behaviour: str) -> bytes | None:
        """The answer of a source; None for a 404."""
        rows = self.figures[source]
        if behaviour == "missing":
            rows = {code: row for code, row in rows.items() if code not in ("KGS", "TJS")}
        rows = inverted(rows) if behaviour == "inverted" else rows
        for name, value in {"nan": "NaN", "negative": "-5.5", "zero": "0.0000", "exponent": "1e5"}.items():
            rows = _changed(rows, value) if behaviour == name else rows
        if "from" in query and query["from"] != query["to"]:
            days = self._business_days(_date(query["from"]), _date(query["to"]))[: self.cut]
            if source == "cbr":
                return cbr_dynamic(query["file"], [] if _CBR_NAMES[query["file"]] in self.absent else days, rows)
            return frankfurter(days, {code: row for code, row in rows.items() if code not in self.absent})
        asked = _date(query.get("date", "latest"))
        day = self._answers(asked or self.today)
        day += {"yesterday": dt.timedelta(days=-1), "nextyear": dt.timedelta(days=365)}.get(behaviour, dt.timedelta())
        nothing = asked in self.missing or (asked is not None and asked > self.today)
        if source == "timesca":
            return timesca(day if self.is_dated else None, rows)
        if source == "frankfurter":
            return b"[]" if asked in self.missing else frankfurter([day], rows)
        if source == "fawaz":
            return None if nothing else fawaz(day if asked is None else day if behaviour != "ok" else asked, rows)
        if source == "nbk":
            return nbk(asked or day, {}) if nothing else nbk(day, rows)
        if source == "nbkr":
            return nbkr(day + self.weekly if query["file"] == "weekly" else day, rows, query["file"])
        if source == "cbu":
            return b"[]" if nothing else cbu(day, rows)
        return {"cbr": cbr, "nbt": nbt}[source](day, rows)

    def _answers(self, day: dt.date) -> dt.date:
        """The day whose rates apply on a day: on weekends Friday."""
        day = min(day, self.today)
        return day - dt.timedelta(days=max(0, day.weekday() - 4))

    def _business_days(self, first: dt.date | None, last: dt.date | None) -> list[dt.date]:
        assert first is not None
        assert last is not None
        days = [first + dt.timedelta(days=number) for number in range((min(last, self.today) - first).days + 1)]
        return [day for day in days if day.weekday() < 5]


def _date(text: str) -> dt.date | None:
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text, form).date()  # noqa: DTZ007 - a day
        except ValueError:
            continue
    return None


_BOMB: list[bytes] = []


def bomb() -> bytes:
    """100 KB that decompress to 100 MB."""
    if not _BOMB:
        _BOMB.append(gzip.compress(bytes(100 << 20), 9))
    return _BOMB[0]


STATUSES = {"403": 403, "404": 404, "429": 429, "500": 500, "patient": 429, "impatient": 429, "recovers": 503}


class Handler(BaseHTTPRequestHandler):
    server: "Server"

    def do_GET(self) -> None:
        feeds = self.server.feeds
        with feeds.lock:
            feeds.requests.append((time.monotonic(), self.path))
            feeds.headers.append(dict(self.headers))
            feeds.in_flight += 1
            feeds.most_in_flight = max(feeds.most_in_flight, feeds.in_flight)
        try:
            time.sleep(feeds.delay)
            self._answer(feeds)
        except OSError:
            pass  # the client has closed the connection
        finally:
            with feeds.lock:
                feeds.in_flight -= 1
            self.close_connection = True

    def _answer(self, feeds: Feeds) -> None:
        address = urlsplit(self.path)
        _, behaviour, source, *below = address.path.split("/")
        if behaviour == "file":
            self._send(200, feeds.files[source].joinpath(*below).read_bytes())
            return
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        if source == "nbkr":
            query["file"] = below[0]
        day = _date(query.get("date", ""))
        behaviour = feeds.odd.get(day, behaviour) if day else behaviour
        body = feeds.body(source, query, behaviour)
        rest = "/".join(["", source, *below]) + (f"?{address.query}" if address.query else "")
        first = feeds.paths.count(self.path) == 1
        if behaviour in ("moved", "loop", "plain"):
            place = {"moved": "/ok", "loop": "/loop", "plain": f"{self.server.plain}/ok"}[behaviour] + rest
            self._send(301 if behaviour == "moved" else 302, b"", {"Location": place})
        elif behaviour in STATUSES and (first or behaviour in ("403", "404", "429", "500", "impatient")):
            wait = {"patient": "1", "impatient": "3600"}.get(behaviour)
            self._send(STATUSES[behaviour], b"no", {"Retry-After": wait} if wait else {})
        elif body is None or source in feeds.broken:
            self._send(404, b"nothing of that day")
        elif behaviour in ("etag", "etag-again"):
            tag = f'"{zlib.crc32(body)}"'
            unchanged = self.headers["If-None-Match"] == tag and behaviour == "etag"
            self._send(304 if unchanged else 200, b"" if unchanged else body, {"ETag": tag})
        elif behaviour in ("huge", "drip", "drip-headers"):
            self._trickle(feeds, behaviour)
        else:
            self._send(200, *_spoiled(behaviour, body))

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _trickle(self, feeds: Feeds, behaviour: str) -> None:
        """A hundred million bytes, or one a second, of the body or of the headers."""
        if behaviour != "drip-headers":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n")
        else:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(1600 if behaviour == "huge" else 30):
            feeds.sent += self.wfile.write(b"x" * 65536 if behaviour == "huge" else b"x")
            time.sleep(0 if behaviour == "huge" else 1)

    def log_message(self, *_: object) -> None:
        pass


def _spoiled(behaviour: str, body: bytes) -> tuple[bytes, dict[str, str]]:
    """A spoiled body, and headers that go with it."""
    if behaviour == "encoding":  # Cyrillic in another encoding than the declared one
        cut = body.index(b">", body.index(b"?>") + 2 if b"?>" in body else 0) + 1 if b"<" in body else 1
        body = body.replace(b"windows-1251", b"utf-8")
        return body[:cut] + "деньги".encode("windows-1251") + body[cut:], {}
    if behaviour == "doctype":
        declared = b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;&b;&b;">]>'
        cut = body.index(b"?>") + 2 if b"?>" in body else 0
        return body[:cut] + declared + body[cut:], {}
    spoil: dict[str, Callable[[], tuple[bytes, dict[str, str]]]] = {
        "html": lambda: (b"<!DOCTYPE html>\n<html><body>Are you a robot?</body></html>", {}),
        "empty": lambda: (b"", {}),
        "list": lambda: (b"[]", {}),
        "cut": lambda: (body[: len(body) // 2], {}),
        "longer": lambda: (body, {"Content-Length": "100000"}),
        "shorter": lambda: (body, {"Content-Length": str(len(body) - 20)}),
        "gzip": lambda: (gzip.compress(body), {"Content-Encoding": "gzip"}),
        "gzip-cut": lambda: (gzip.compress(body)[:-12], {"Content-Encoding": "gzip"}),
        "gzip-none": lambda: (body, {"Content-Encoding": "gzip"}),
        "brotli": lambda: (body, {"Content-Encoding": "br"}),
        "bomb": lambda: (bomb(), {"Content-Encoding": "gzip"}),
    }
    return spoil.get(behaviour, lambda: (body, {}))()


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.feeds = Feeds()
        self.plain = ""  # where a secure server redirects to
        self.url = f"http://127.0.0.1:{self.server_port}"

    def address(self, source: str, behaviour: str = "ok", *, ranges: bool = False) -> str:
        """The value of `CTICK_URL_<SOURCE>` for a behaviour."""
        return f"{self.url}/{behaviour}/{source}{RANGES[source] if ranges else ADDRESSES[source]}"

    def environment(self, behaviour: str = "ok") -> dict[str, str]:
        """`CTICK_URL_<SOURCE>` for all eight."""
        return {f"CTICK_URL_{source.upper()}": self.address(source, behaviour) for source in ADDRESSES}

    def handle_error(self, *_: object) -> None:
        pass  # a connection that was closed on purpose


@contextmanager
def serving() -> Iterator[Server]:
    """The server, while it runs."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def use(monkeypatch: pytest.MonkeyPatch, server: Server, behaviour: str, *sources: str) -> None:
    """Sets the addresses of sources (all, unless named) to ones with this behaviour."""
    for source in sources or EIGHT:
        monkeypatch.setenv(f"CTICK_URL_{source.upper()}", server.address(source, behaviour))


def address(server: Server, source: str, behaviour: str) -> str:
    """The first address that is asked for the latest rates, as messages show it."""
    url, mark, _ = server.address(source, behaviour).partition("?")
    return url.replace("{file}", "daily") + (mark and "?...")


def rows(home: Path) -> list[tuple[object, ...]]:
    """Every row of the store's snapshots and of their index."""
    path = home / ".local/share/ctick/ctick.db"
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as connection:
        snapshots = connection.execute("SELECT * FROM snapshot ORDER BY id").fetchall()
        return snapshots + connection.execute("SELECT * FROM quote ORDER BY base, as_of, source").fetchall()


def days(home: Path, source: str) -> list[str]:
    return [str(row[2]) for row in rows(home) if len(row) == 6 and row[1] == source]


def asked(server: Server, name: str = "date") -> list[str]:
    """A query value of each request, oldest first; clears the requests."""
    values = [parse_qs(urlsplit(path).query).get(name, [""])[0] for path in server.feeds.paths]
    server.feeds.requests.clear()
    return values
