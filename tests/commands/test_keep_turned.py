"""`--keep-turned` on the command line."""

from __future__ import annotations

import argparse

import pytest

from app.commands.arguments import add_analysis_arguments, analysis_arguments
from app.errors import UsageError
from app.settings import AnalysisSettings


def settings(*arguments: str) -> AnalysisSettings:
    parser = argparse.ArgumentParser()
    add_analysis_arguments(parser)
    return analysis_arguments(parser.parse_args(arguments)).settings


@pytest.mark.parametrize(
    ("arguments", "seconds"), [((), None), (("--keep-turned", "0"), 0.0), (("--keep-turned", "2.5"), 2.5)]
)
def test_heads_that_turned_away_are_followed_for_so_many_seconds(
    arguments: tuple[str, ...], seconds: float | None
) -> None:
    assert settings(*arguments).keep_turned_s == seconds


def test_too_long_a_time_is_refused() -> None:
    with pytest.raises(UsageError, match="kept for 0 to 60 seconds, not 90"):
        settings("--keep-turned", "90")
