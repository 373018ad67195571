"""Options of the commands that make music: where it goes, on how many staves, how boldly it is drawn."""

from __future__ import annotations

import click

from musegen.cli.options import OUTPUT, one_of_suffixes

SUFFIXES = (".musicxml", ".xml", ".svg", ".png", ".pdf", ".mid")
output_option = click.option(
    "-o",
    "--output",
    type=OUTPUT,
    required=True,
    callback=one_of_suffixes(*SUFFIXES),
    help="Where to; the suffix says what.",
)
layout_option = click.option(
    "--layout", type=click.Choice(["closed", "open"]), default="closed", show_default=True, help="Two staves or four."
)
temperature_option = click.option(
    "--temperature",
    type=click.FloatRange(0.1, 2.0),
    default=1.0,
    show_default=True,
    help="Of the network: above 1 it takes more chances, below 1 fewer.",
)
