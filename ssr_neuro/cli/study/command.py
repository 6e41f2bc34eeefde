"""`ssr study`: the papers' studies, each as numbers and a figure."""

import typer

from ssr_neuro.cli.study.anytime import anytime
from ssr_neuro.cli.study.grid import sweep
from ssr_neuro.cli.study.item_table import item_table
from ssr_neuro.cli.study.lengths import lengths
from ssr_neuro.cli.study.memory import memory
from ssr_neuro.cli.study.noise import noise
from ssr_neuro.cli.study.ranks import ranks
from ssr_neuro.cli.study.sweep import steps, tau
from ssr_neuro.cli.study.time import time

study_app = typer.Typer(
    help="The papers' studies: each leaves <study>.json and <study>.svg in a folder.",
    no_args_is_help=True,
)
for command in (sweep, noise, lengths, steps, tau, memory, ranks, time, anytime, item_table):
    study_app.command()(command)
