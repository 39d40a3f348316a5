"""What docs/scale.md shows is what the program does."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import get_args

from app.batch.manifest import State
from app.commands.batch import COMMAND

SCALE = (Path(__file__).parents[2] / "docs" / "scale.md").read_text(encoding="utf-8")


def test_every_option_in_the_document_exists() -> None:
    parser = argparse.ArgumentParser()
    COMMAND.add_arguments(parser)
    known = {option for action in parser._actions for option in action.option_strings}
    named = set(re.findall(r"--[a-z][a-z-]+", SCALE))
    assert len(named) > 8
    assert named - known == set()


def test_every_state_is_explained() -> None:
    assert {state for state in get_args(State) if state != "new" and f"`{state}`" not in SCALE} == set()
