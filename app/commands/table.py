"""All commands, in the order of the help. Importing them takes a tenth of a second, so the window does without."""

from __future__ import annotations

from app.commands import annotate, attention, batch, benchmark, demo, evaluate, lists, train, weights
from app.commands.command import Command, CommandGroup

COMMANDS: tuple[Command | CommandGroup, ...] = (
    demo.COMMAND,
    annotate.COMMAND,
    batch.COMMAND,
    attention.COMMAND,
    evaluate.COMMAND,
    train.COMMAND,
    weights.COMMANDS,
    benchmark.COMMAND,
    lists.COMMAND,
)
