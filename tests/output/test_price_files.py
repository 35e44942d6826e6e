"""Price files, read by the tools that they are for. Tests of tools that are not installed are skipped."""

import datetime as dt
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from ctick.commands.options import TOOL_FORMATS
from ctick.model import DatedQuote, Leg, Quote
from ctick.output.price_files import price_lines

DAY = dt.date(2025, 12, 16)


def dated(code: str, rate: str, day: int = 16, source: str = "timesca", *, bundled: bool = False) -> DatedQuote:
    return DatedQuote(Quote(code, Decimal(rate)), dt.date(2025, 12, day), source, bundled=bundled)


def derived(code: str, value: str, day: int = 16, source: str = "cbu") -> DatedQuote:
    leg = Leg("USD", code, 1, Decimal(value), Decimal("0.01"))
    return DatedQuote(Quote.derived(code, (leg,)), dt.date(2025, 12, day), source)


RATES = [
    dated("KGS", "0.01143", 14, bundled=True),
    dated("KGS", "0.0114", 16, "zzz"),
    dated("KGS", "0.01144", 16),
    dated("KZT", "0.00194", 16),
    dated("TMT", "0.28490", 16),
    derived("UZS", "12045.50"),
    dated("UZS", "0.00008", 16),
]
"""Several days, several sources of a day, digits at the end that are 0, a derived rate."""


def text(output_format: str, quotes: list[DatedQuote]) -> str:
    return "".join(price_lines(quotes, output_format))


def tool(name: str) -> str:
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def output_of(folder: Path, *argv: str) -> str:
    """The output of a tool that has `folder` as its home."""
    done = subprocess.run(
        argv,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=folder,
        env={
            "HOME": str(folder),
            "QALCULATE_USER_DIR": str(folder),
            "PATH": os.environ.get("PATH", ""),
            "LC_ALL": "C.UTF-8",
        },
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    return done.stdout


EXPECTED = {
    "beancount": (
        "2025-12-14 price KGS 0.01143 USD  ; timesca (bundled), 0.011425 to 0.011435\n"
        "2025-12-16 price KGS 0.01144 USD  ; timesca, 0.011435 to 0.011445\n"
        "2025-12-16 price KZT 0.00194 USD  ; timesca, 0.001935 to 0.001945\n"
        "2025-12-16 price TMT 0.28490 USD  ; timesca, 0.284895 to 0.284905\n"
        "2025-12-16 price UZS 0.00008301855 USD  ; cbu, 0.000083018520 to 0.000083018590\n"
    ),
    "ledger": (
        "P 2025-12-14 KGS 0.01143 USD  ; timesca (bundled), 0.011425 to 0.011435\n"
        "P 2025-12-16 KGS 0.01144 USD  ; timesca, 0.011435 to 0.011445\n"
        "P 2025-12-16 KZT 0.00194 USD  ; timesca, 0.001935 to 0.001945\n"
        "P 2025-12-16 TMT 0.28490 USD  ; timesca, 0.284895 to 0.284905\n"
        "P 2025-12-16 UZS 0.00008301855 USD  ; cbu, 0.000083018520 to 0.000083018590\n"
    ),
    "qalc": (
        "# KGS/USD of 16 Dec 2025, timesca, 0.011435 to 0.011445\n1 KGS = 0.01144 USD\n"
        "# KZT/USD of 16 Dec 2025, timesca, 0.001935 to 0.001945\n1 KZT = 0.00194 USD\n"
        "# TMT/USD of 16 Dec 2025, timesca, 0.284895 to 0.284905\n1 TMT = 0.28490 USD\n"
        "# UZS/USD of 16 Dec 2025, cbu, 0.000083018520 to 0.000083018590\n1 UZS = 0.00008301855 USD\n"
    ),
    "units": (
        "# KGS/USD of 16 Dec 2025, timesca, 0.011435 to 0.011445\nKGS 0.01144 US$\n"
        "# KZT/USD of 16 Dec 2025, timesca, 0.001935 to 0.001945\nKZT 0.00194 US$\n"
        "# TMT/USD of 16 Dec 2025, timesca, 0.284895 to 0.284905\nTMT 0.28490 US$\n"
        "# UZS/USD of 16 Dec 2025, cbu, 0.000083018520 to 0.000083018590\nUZS 0.00008301855 US$\n"
    ),
    "markdown": (
        "| pair | rate | as of | source | range |\n"
        "| --- | ---: | --- | --- | --- |\n"
        "| KGS/USD | 0.01143 | 2025-12-14 | timesca (bundled) | 0.011425 to 0.011435 |\n"
        "| KGS/USD | 0.0114 | 2025-12-16 | zzz | 0.01135 to 0.01145 |\n"
        "| KGS/USD | 0.01144 | 2025-12-16 | timesca | 0.011435 to 0.011445 |\n"
        "| KZT/USD | 0.00194 | 2025-12-16 | timesca | 0.001935 to 0.001945 |\n"
        "| TMT/USD | 0.28490 | 2025-12-16 | timesca | 0.284895 to 0.284905 |\n"
        "| UZS/USD | 0.00008301855 | 2025-12-16 | cbu | 0.000083018520 to 0.000083018590 |\n"
        "| UZS/USD | 0.00008 | 2025-12-16 | timesca | 0.000075 to 0.000085 |\n"
    ),
}


@pytest.mark.parametrize("output_format", TOOL_FORMATS)
def test_lines_of_each_format(output_format: str) -> None:
    """All digits; one rate a day, with the smallest possible error; what its digits leave open as a comment."""
    assert text(output_format, RATES) == EXPECTED[output_format]


@pytest.mark.parametrize("output_format", TOOL_FORMATS)
def test_without_rates_nothing_is_written(output_format: str) -> None:
    """Except the header of a Markdown table."""
    assert text(output_format, []) == (
        EXPECTED["markdown"][: EXPECTED["markdown"].index("| KGS")] if output_format == "markdown" else ""
    )


def test_the_last_revision_of_a_source_is_written() -> None:
    """Even if it has fewer digits."""
    revised = [dated("KGS", "0.011441"), dated("KGS", "0.0114")]
    assert text("ledger", revised) == "P 2025-12-16 KGS 0.0114 USD  ; timesca, 0.01135 to 0.01145\n"
    assert text("units", revised) == "# KGS/USD of 16 Dec 2025, timesca, 0.01135 to 0.01145\nKGS 0.0114 US$\n"


def test_currencies_can_come_one_after_the_other() -> None:
    """All days of one, then all of the next, as in `history`."""
    quotes = [
        dated("KGS", "0.01143", 15),
        dated("KGS", "0.01144"),
        dated("KZT", "0.00194"),
        dated("KZT", "0.00195", 17),
    ]
    assert len(text("beancount", quotes).splitlines()) == 4
    assert text("qalc", quotes) == (
        "# KGS/USD of 16 Dec 2025, timesca, 0.011435 to 0.011445\n1 KGS = 0.01144 USD\n"
        "# KZT/USD of 17 Dec 2025, timesca, 0.001945 to 0.001955\n1 KZT = 0.00195 USD\n"
    )


def test_bean_check_accepts_the_lines(tmp_path: Path) -> None:
    """Without a warning, also with its plugin for unique prices; bean-query values 50,000 som."""
    file = tmp_path / "main.beancount"
    opens = "".join(f"2020-01-01 commodity {code}\n" for code in ("KGS", "KZT", "TMT", "UZS", "USD"))
    plugins = 'plugin "beancount.plugins.unique_prices"\nplugin "beancount.plugins.coherent_cost"\n'
    pytest.importorskip("beancount", reason="beancount is not installed")
    file.write_text(plugins + opens + text("beancount", RATES))
    assert output_of(tmp_path, tool("bean-check"), str(file)) == ""
    program = (
        "import sys, datetime; from beancount import loader; from beancount.core import prices\n"
        "entries, errors, _ = loader.load_file(sys.argv[1]); assert not errors\n"
        "print(50000 * prices.get_price(prices.build_price_map(entries), ('KGS', 'USD'), datetime.date(2025, 12, 17))[1])\n"
    )
    assert output_of(tmp_path, sys.executable, "-W", "ignore", "-c", program, str(file)) == "572.00000\n"


JOURNAL = "\n2025-12-16 salary\n    assets   50000 KGS\n    income\n"


def test_hledger_values_som(tmp_path: Path) -> None:
    """50,000 som are 572 dollars on 16 December, and 571.5 two days before."""
    (tmp_path / "j").write_text(text("ledger", RATES) + JOURNAL)
    output = output_of(
        tmp_path, tool("hledger"), "-f", "j", "balance", "assets", "--value=2025-12-16,USD", "--no-total"
    )
    assert Decimal(output.split()[0]) == 572
    output = output_of(
        tmp_path, tool("hledger"), "-f", "j", "balance", "assets", "--value=2025-12-15,USD", "--no-total"
    )
    assert Decimal(output.split()[0]) == Decimal("571.5")
    output = output_of(tmp_path, tool("hledger"), "-f", "j", "prices")
    assert "P 2025-12-16 TMT 0.28490 USD" in output
    assert len(output.splitlines()) == 5


def test_ledger_values_som(tmp_path: Path) -> None:
    """50,000 som are 572 dollars; the derived rate is read with all of its digits."""
    (tmp_path / "j").write_text(text("ledger", RATES) + JOURNAL)
    output = output_of(
        tmp_path, tool("ledger"), "--args-only", "-f", "j", "bal", "assets", "-X", "USD", "--now", "2025-12-17"
    )
    assert Decimal(output.split()[0].strip("USD")) == 572
    (tmp_path / "j").write_text(text("ledger", RATES) + JOURNAL.replace("50000 KGS", "1000000 UZS"))
    output = output_of(tmp_path, tool("ledger"), "--args-only", "-f", "j", "prices", "--now", "2025-12-17")
    assert output.split() == ["2025/12/16", "UZS", "USD0.00008301855"]


def test_qalc_converts_som(tmp_path: Path) -> None:
    """The lines as custom_exchange_rates, their comments too."""
    (tmp_path / "custom_exchange_rates").write_text(text("qalc", RATES))
    (tmp_path / "sums").write_text("[50000 KGS/USD, 1000 TMT/USD, 1000000 UZS/USD]\n")
    output = output_of(tmp_path, tool("qalc"), "-t", "-f", "sums")
    values = [Decimal(value) for value in output.split("\n")[0].strip("[]").split()]
    assert values == [Decimal(572), Decimal("284.9"), Decimal("83.01855")]


def test_units_converts_som(tmp_path: Path) -> None:
    """The lines as a file of definitions after its own, their comments too."""
    (tmp_path / "rates").write_text(text("units", RATES))
    for amount, value in (("50000 KGS", "572"), ("1000 TMT", "284.9"), ("1000000 UZS", "83.01855")):
        output = output_of(tmp_path, tool("units"), "-f", "", "-f", "rates", "-t", amount, "US$")
        assert output == f"{value}\n"


def test_markdown_is_a_table() -> None:
    """Each line has as many cells as the header."""
    lines = text("markdown", RATES).splitlines()
    assert len(lines) == 2 + len(RATES)
    assert {line.count("|") for line in lines} == {6}
