"""A fixed sample of odd and broken films, exported one after another; `python -m tests.fuzz` tries any number."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzz import films
from tests.fuzz.trial import Trials

pytestmark = pytest.mark.slow

SAMPLE = range(48)


@pytest.fixture
def trials(tmp_path: Path) -> Iterator[Trials]:
    trials = Trials(tmp_path)
    yield trials
    trials.close()


def test_what_comes_out_of_an_odd_film_is_what_ffmpeg_decodes_or_the_difference_is_said(
    trials: Trials, tmp_path: Path
) -> None:
    wrong = []
    for number in SAMPLE:
        path, film = films.write(number, tmp_path)
        outcome = trials.run(path)
        if not outcome.is_good:
            wrong.append(f"{number} ({film.story}): {outcome.verdict}: {outcome.reason}")
    assert not wrong, "\n".join(wrong)


def test_a_number_always_gives_the_same_film() -> None:
    assert films.film(7) == films.film(7)
    assert films.film(7) != films.film(8)
