"""The smallest program with Typer: what a command line costs before it does anything."""

import typer


def main(name: str = "world") -> None:
    typer.echo(f"hello {name}")


typer.run(main)
