"""The finder gets the amounts in whole sentences: those of the tables, and those of the pages beside the project."""

import csv
from decimal import Decimal
from pathlib import Path

import phrases
import pytest
from phrases import Row

from ctick.mentions.finder import find

ROWS = [row for path in phrases.paths() for row in phrases.read(path)]


def parameters() -> list[object]:
    """All rows; hard ones as strict xfails with the reason."""
    return [
        pytest.param(row, id=row.name, marks=pytest.mark.xfail(reason=row.note[7:], strict=True) if row.is_hard else ())
        for row in ROWS
    ]


@pytest.mark.parametrize("row", parameters())
def test_the_finder_gets_every_amount_and_nothing_else(row: Row) -> None:
    assert [phrases.found(mention) for mention in find(row.sentence)] == row.amounts


def test_the_tables_are_read() -> None:
    """No file is empty, no sentence is there twice, and there are as many of each kind as the benchmark needs."""
    assert [path.name for path in phrases.paths() if not phrases.read(path)] == []
    assert len({row.sentence for row in ROWS}) == len(ROWS)
    russian = [row for row in ROWS if row.name.rpartition("/")[2].startswith("russian")]
    assert len(ROWS) - len(russian) >= 150
    assert len(russian) >= 90
    assert len([row for row in ROWS if not row.amounts]) >= 60
    assert len([row for row in ROWS if row.is_hard]) <= len(ROWS) / 10


def test_a_table_that_is_not_well_formed_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrases, "FOLDER", tmp_path)
    path = tmp_path / "x.tsv"
    path.write_text("It costs 500 som.\t5 som|som|5|\tnot a whole number\n")
    with pytest.raises(ValueError, match=r"^x:1 has no '5 som'$"):
        phrases.read(path)
    path.write_text("It costs 500 som.\n")
    with pytest.raises(ValueError, match=r"^x:1 has 1 cells$"):
        phrases.read(path)


def test_escapes_in_tables_are_characters() -> None:
    assert phrases.unescaped(r"1\u00a0000\tso\nm\r") == "1\u00a0000\tso\nm\r"


# -- ranges, lists and digits -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("They ask for 10-15 million tenge.", [(True, False), (True, False)]),
        ("They ask for from 8,000 to 14,000 somoni.", [(True, False), (True, False)]),
        ("They ask for from 8,000 somoni to 14,000 somoni.", [(True, False), (True, False)]),
        ("They ask for between 5 and 10 manat.", [(True, False), (True, False)]),
        ("Просят от 5 до 10 тыс. тенге.", [(True, False), (True, False)]),
        ("Coins of 1, 5, and 10 manat are rare.", [(False, True), (False, True), (False, True)]),
        ("Монеты в 1, 3 и 5 сомони редки.", [(False, True), (False, True), (False, True)]),
        ("It cost 5 manat, then 10 manat.", [(False, False), (False, False)]),
        ("It costs 5 manat.", [(False, False)]),
    ],
)
def test_ends_of_ranges_and_items_of_lists_are_marked(text: str, flags: list[tuple[bool, bool]]) -> None:
    assert [(mention.is_range, mention.is_list) for mention in find(text)] == flags


@pytest.mark.parametrize(
    ("text", "step", "dollar_step"),
    [
        ("It costs 55,001 KGS ($627).", "1", "1"),
        ("It costs about 55,000 KGS (about $600).", "1000", "10"),
        ("It costs 1.5 million tenge ($2.8 thousand).", "100000", "100"),
        ("It costs 14 KZT ($0.028).", "1", "0.001"),
        ("It costs 21 million UZS ($1,743.31).", "1000000", "0.01"),
        ("It costs 7 trln 163 billion tenge ($14.03 billion).", "1000000000", "10000000"),
        ("Это стоит 1,2 млрд тенге ($2,35 млн).", "100000000", "10000"),
    ],
)
def test_the_last_digit_says_how_exact_a_figure_is(text: str, step: str, dollar_step: str) -> None:
    (mention,) = find(text)
    assert mention.dollars is not None
    assert (mention.amount.step, mention.dollars.step) == (Decimal(step), Decimal(dollar_step))


# -- the pages and phrases beside the project ---------------------------------------------------


def shared_rows() -> list[dict[str, str]]:
    path = Path(__file__).parents[3] / "shared" / "data" / "mentions.tsv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.skipif(not shared_rows(), reason="the folder of real pages is not here")
@pytest.mark.parametrize("row", shared_rows(), ids=lambda row: row["text"])
@pytest.mark.parametrize(
    ("before", "after"), [("The report says ", " and nothing else."), ("", ""), ("In spring, ", ", it said.")]
)
def test_real_phrases_are_found_inside_a_sentence(row: dict[str, str], before: str, after: str) -> None:
    """The row's amount is among those found, and, where its phrase has but one, it is the only one."""
    several = {"from 0.62 manats": 2, "from 8,000": 2, "1, 5,": 3}
    wanted = next((count for begin, count in several.items() if row["text"].startswith(begin)), 1)
    got = [phrases.found(mention) for mention in find(f"{before}{row['text']}{after}")]
    assert len(got) == (0 if row["code"] == "-" else wanted), got
    if got:
        dollars = Decimal(row["usd"]) if row["usd"] else None
        code = None if row["code"] == "som" else row["code"]
        assert (code, Decimal(row["amount"]), dollars) in [(one.code, one.amount, one.dollars) for one in got]


def test_nothing_else_on_the_real_pages_is_an_amount(shared: Path) -> None:
    """Neither the ticker's figures nor any of the other numbers is one."""
    ticker = "USD = "
    pages = {path.name[:3]: path.read_text(encoding="utf-8") for path in (shared / "seeds").glob("*.txt")}
    prose = {name: "\n".join(line for line in page.split("\n") if ticker not in line) for name, page in pages.items()}
    assert find(prose["000"]) == []
    assert find(pages["000"]) == []
    assert [amount[1:] for amount in map(phrases.found, find(prose["004"]))] == [
        ("1 Kazakhstani tenge", "KZT", Decimal(1), None),
        ("3 KZT", "KZT", Decimal(3), Decimal("0.0060")),
        ("14 KZT", "KZT", Decimal(14), Decimal("0.028")),
        ("3 KZT", "KZT", Decimal(3), Decimal("0.0060")),
        ("50,000 KGS", "KGS", Decimal(50000), Decimal(576)),
        ("70,000 KGS", "KGS", Decimal(70000), Decimal(807)),
        ("3 million UZS", "UZS", Decimal(3000000), Decimal(234)),
    ]
