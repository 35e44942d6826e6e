"""Three lines that print one rich table from a Typer program."""

import typer
from rich.console import Console
from rich.table import Table


def main() -> None:
    table = Table("pair", "rate", "as of", "source")
    table.add_row("KGS/USD", "0.01144", "16 Dec 2025", "timesca")
    Console().print(table)


typer.run(main)
