"""Rates that move away in many small steps: each is compared with what was stored before the run."""

import datetime as dt
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from conftest import TODAY, Run

from ctick import clock
from ctick.sources import fetch

FIRST = dt.date(2026, 2, 23)


@pytest.fixture
def page(run: Run) -> str:
    """25 blocks, each 19 % above the one before, from 0.01144 to 0.744; the first is stored."""
    blocks, rate = [], 1_144
    for number in range(25):
        day = FIRST + dt.timedelta(days=number)
        blocks.append(f"KGS/USD = 0.{rate:05} 0%\n{day.day} {day:%B %Y}\n\n")
        rate = rate * 119 // 100
    assert run("snapshot", "-", "-q", stdin=blocks[0]).code == 0
    return "".join(blocks)


def stored(run: Run) -> list[str]:
    """The stored rates, oldest first."""
    days = [json.loads(line, parse_float=str) for line in run("export").out.splitlines()[1:]]
    return [quote["rate"] for day in days for quote in day.get("quotes", [])]


def test_small_steps_in_one_input(run: Run, page: str) -> None:
    """Each block too far from the stored rate is refused, with exit 1."""
    result = run("snapshot", "-", stdin=page)
    assert result.code == 1
    assert result.err.count("from 0.01144, the rate of timesca on 23 February 2026") == 20
    assert "ctick: 3 more snapshots from timesca refused (" in result.err
    assert stored(run) == ["0.01144", "0.01361"]


def test_small_steps_in_several_inputs(run: Run, page: str, tmp_path: Path) -> None:
    """One after the other, in one run."""
    names = []
    for number, block in enumerate(page.split("\n\n")[:-1]):
        names.append(str(tmp_path / f"{number}.txt"))
        Path(names[-1]).write_text(block + "\n")
    assert run("snapshot", "-q", *names).code == 1
    assert stored(run) == ["0.01144", "0.01361"]


def test_small_steps_in_several_batches(run: Run, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Snapshots are saved 10,000 at a time, and a run may have more."""
    filler = "".join(
        f"KZT/USD = 0.002{number:05} 0%\n{FIRST + dt.timedelta(days=number % 9)}\n\n" for number in range(10_000)
    )
    blocks = page.split("\n\n")
    text = "".join(f"{block}\n\n{filler}" for block in (blocks[1], blocks[2])) + blocks[3]
    assert run("snapshot", "-", "-q", stdin=text + "\n").code == 1
    monkeypatch.setattr(clock, "today", lambda: dt.date(2026, 3, 10))
    assert run("rates", "KGS", "-q").out.split("\t")[2] == "0.01361"


class _Climbing(BaseHTTPRequestHandler):
    """An API whose rate grows by 19 % a day."""

    def do_GET(self) -> None:
        day = dt.date.fromisoformat(self.path.lstrip("/"))
        rate = 87.41 / 1.19 ** (day - TODAY).days
        body = json.dumps({"date": str(day), "usd": {"kgs": round(rate, 8)}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def climbing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The source fawaz is that API."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Climbing) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("CTICK_URL_FAWAZ", f"http://127.0.0.1:{server.server_port}/{{date}}")
        monkeypatch.setattr(fetch, "SPACING", 0.01)
        monkeypatch.setattr(clock, "today", lambda: TODAY + dt.timedelta(days=30))
        yield
        server.shutdown()


@pytest.mark.usefixtures("climbing")
def test_small_steps_in_several_responses(run: Run) -> None:
    """Each past day has its own response."""
    until = str(TODAY + dt.timedelta(days=9))
    result = run("snapshot", "fawaz", "--since", str(TODAY), "--until", until)
    assert result.code == 1
    assert result.err.count("the rate of fawaz (bundled) on 29 September 2026") == 6
    saved = run("history", "KGS", "--source", "fawaz", "-q", "--until", until).out.splitlines()
    assert [line.split("\t")[5] for line in saved] == [str(TODAY + dt.timedelta(days=number)) for number in range(4)]
