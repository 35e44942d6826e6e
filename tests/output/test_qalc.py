"""Conversions compared with those of qalc, which shares no code with ctick."""

import datetime as dt
import random
import shutil
import subprocess
from decimal import ROUND_HALF_EVEN, Context, Decimal
from pathlib import Path

import pytest

from ctick.currencies import CODES, FIVE
from ctick.model import DatedQuote, Quote
from ctick.rates.conversion import convert

WIDE = Context(prec=200)


def test_two_hundred_conversions_agree_with_qalc(tmp_path: Path) -> None:
    """Random amounts, pairs and rates: the same to the last digit."""
    if shutil.which("qalc") is None:
        pytest.skip("qalc is not installed")
    chance = random.Random(16122025)
    day = dt.date(2025, 12, 16)
    for batch in range(2):
        quotes = {
            code: DatedQuote(Quote(code, Decimal(chance.randint(1, 10**5)).scaleb(-5)), day, "timesca") for code in FIVE
        }
        requests = []
        for _ in range(100):
            base, target = chance.sample(CODES, 2)
            amount = Decimal(chance.randint(-(10**12), 10**12)).scaleb(-chance.randint(0, 4))
            requests.append((amount, base, target))
        answers = qalc(tmp_path / str(batch), quotes, requests)
        for answer, (amount, base, target) in zip(answers, requests, strict=True):
            value = convert(amount, base, target, quotes, day).value
            assert f"{value:f}" == f"{answer.quantize(value, ROUND_HALF_EVEN, WIDE):f}"


def qalc(folder: Path, quotes: dict[str, DatedQuote], requests: list[tuple[Decimal, str, str]]) -> list[Decimal]:
    """The results of qalc in 60 digits, with the rates in its `custom_exchange_rates`."""
    folder.mkdir()
    rates = [f"1 {code} = {dated.rate:f} USD\n" for code, dated in quotes.items()]
    (folder / "custom_exchange_rates").write_text("".join(rates))
    sums = ", ".join(f"{amount:f} {base}/{target}" for amount, base, target in requests)
    (folder / "sums").write_text(f"set precision 60\nset exp 0\n[{sums}]\n")
    done = subprocess.run(
        ["qalc", "-t", "-f", str(folder / "sums")],
        env={"QALCULATE_USER_DIR": str(folder), "HOME": str(folder), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    (answer,) = [line for line in done.stdout.split("\n") if line.startswith("[")]
    return [Decimal(number) for number in answer.strip("[]").replace("\u2212", "-").split()]
