"""The smallest program with Typer that completes: what one Tab costs in it."""

import typer

app = typer.Typer()


@app.command()
def hello(name: str = "world") -> None:
    typer.echo(f"hello {name}")


@app.command()
def bye(name: str = "world") -> None:
    typer.echo(f"bye {name}")


app(prog_name="tab")
