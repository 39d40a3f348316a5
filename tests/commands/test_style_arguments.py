from __future__ import annotations

import argparse
from dataclasses import replace

import pytest

from app.commands import arguments
from app.drawing.overlays import OVERLAYS
from app.errors import UsageError
from app.settings import Style

NOTHING = replace(Style(), **{overlay.name: False for overlay in OVERLAYS})


def style_of(*options: str) -> Style:
    parser = argparse.ArgumentParser()
    arguments.add_style_arguments(parser)
    return arguments.style(parser.parse_args(options))


def test_the_default_style_is_drawn_without_options() -> None:
    assert style_of() == Style()


@pytest.mark.parametrize("name", [overlay.name for overlay in OVERLAYS])
def test_every_overlay_can_be_drawn_alone(name: str) -> None:
    assert style_of("--draw", name) == replace(NOTHING, **{name: True})


def test_several_overlays_can_be_drawn_and_none() -> None:
    assert style_of("--draw", "trail, id") == replace(NOTHING, trail=True, id=True)
    assert style_of("--draw", "none") == NOTHING


def test_an_unknown_overlay_is_named_with_those_that_exist() -> None:
    with pytest.raises(UsageError, match="“hat” cannot be drawn") as raised:
        style_of("--draw", "axis,hat")
    assert "trail" in str(raised.value)


@pytest.mark.parametrize("option", ["--axis-size", "--line-width", "--opacity"])
def test_a_factor_of_zero_is_rejected(option: str) -> None:
    with pytest.raises(UsageError, match="above 0"):
        style_of(option, "0")
