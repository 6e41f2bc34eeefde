"""Options that take several values after one another."""

import pytest
import typer
from typer.testing import CliRunner

from ssr_neuro.cli.multi_value import Many

app = typer.Typer()


@app.command(cls=Many)
def command(places: list[str], pt: list[str] = [], out: str = "o", json: bool = False) -> None:  # noqa: B006
    typer.echo(f"{places} {pt} {out} {json}")


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("a b --pt 1 2 3", "['a', 'b'] ['1', '2', '3'] o False"),
        ("a --pt 1 --pt 2", "['a'] ['1', '2'] o False"),
        ("a --pt 1 2 --out x --json", "['a'] ['1', '2'] x True"),
        ("a --out x b --pt=1 2", "['a', 'b'] ['1', '2'] x False"),
        ("a --json b", "['a', 'b'] [] o True"),
    ],
)
def test_a_list_ends_at_the_next_option(given: str, read: str) -> None:
    assert CliRunner().invoke(app, given.split()).output.strip() == read


def test_a_list_without_a_value_is_an_error() -> None:
    assert CliRunner().invoke(app, ["a", "--pt"]).exit_code == 2
