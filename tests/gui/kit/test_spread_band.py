from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF

from app.gui.kit.spread_band import SpreadBand, runs


def test_runs_are_stretches_of_at_least_two_known_samples() -> None:
    known = np.array([True, True, False, True, False, True, True, True])
    assert runs(known) == [slice(0, 2), slice(5, 8)]


def test_a_band_covers_known_samples_only() -> None:
    band = SpreadBand()
    x = np.arange(8.0)
    middle = np.array([1.0, 2.0, 3.0, np.nan, 90.0, np.nan, 4.0, 5.0])
    band.show_values(x, middle - 1, middle + 1)
    assert band.boundingRect() == QRectF(0, 0, 7, 6)


def test_a_band_without_known_samples_is_empty() -> None:
    band = SpreadBand()
    band.show_values(np.arange(2.0), np.full(2, np.nan), np.full(2, np.nan))
    assert band.boundingRect().isEmpty()
