"""What the tests of `ctick scan` share: a page with amounts, what is printed for it, and ways to look at that."""

from conftest import SEED_10, Run, page

KGS, UZS = "50,000 KGS (around $576)", "3 million UZS (around $234)"
PROSE_10 = f"Drivers pay {KGS} a year.\n\nAcross the border it is {UZS}.\n"
ARTICLE_10 = page(SEED_10, "10 December 2025", prose=PROSE_10)
OFF_KGS = "50,000 KGS\t50000\tKGS\t576\t572.00\t0.01144\t2025-12-10\ttimesca\toff\t0.7"
OK_UZS = "3 million UZS\t3000000\tUZS\t234\t240.00\t0.00008\t2025-12-10\ttimesca\tok\t-2.5"
DAY_10 = "dollar values are for 10 December 2025, the date under the ticker\n"
NOTHING = "no amounts of KGS, KZT, TJS, UZS or TMT found\n"

SHOWN = (3, 4, 5, 6, 7, 12, 13, 14, 15, 18)


def shown(out: str) -> list[str]:
    """What the tests look at of each row: without position, bounds, flags and reason."""
    return ["\t".join([line.split("\t")[place] for place in SHOWN]) for line in out.splitlines()]


def days(out: str) -> list[str]:
    """The day of the rate of each row."""
    return [line.split("\t")[13] for line in out.splitlines()]


def run_error(run: Run, *argv: str, stdin: str = "", code: int = 2) -> str:
    """The message of a command line that fails and prints nothing."""
    result = run(*argv, stdin=stdin)
    assert (result.code, result.out) == (code, "")
    return result.err.removeprefix("ctick: ").removesuffix("\n")
