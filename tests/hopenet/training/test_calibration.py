"""Calibration makes the spread match the errors."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from hopenet import Decoding
from hopenet.decode import decode
from hopenet.training.calibration import calibrated

FloatArray = npt.NDArray[np.float32]

DECODING = Decoding(first_deg=-97.5)
VALUES = DECODING.first_deg + DECODING.width_deg * np.arange(66)


def answers(seed: int, errors_deg: float, count: int = 3000) -> tuple[FloatArray, FloatArray]:
    """Logits of normal distributions 4° wide, whose means miss the labels by errors of this size."""
    random = np.random.default_rng(seed)
    labels = random.uniform(-50, 50, (count, 3))
    means = labels + random.normal(0, errors_deg, labels.shape)
    logits = -0.5 * ((VALUES - means[..., None]) / 4.0) ** 2
    return logits.astype(np.float32), labels.astype(np.float32)


@pytest.mark.parametrize("errors_deg", [2.0, 4.0, 8.0])
def test_two_thirds_of_new_errors_lie_within_one_spread(errors_deg: float) -> None:
    decoding, figures = calibrated(*answers(1, errors_deg), np.zeros(3000, np.float32), DECODING)
    logits, labels = answers(2, errors_deg)
    estimates = decode(logits, decoding)
    errors = np.abs(np.array([estimate.pose for estimate in estimates]) - labels)
    within = (errors <= np.array([estimate.spread for estimate in estimates])).mean(axis=0)
    np.testing.assert_allclose(within, 0.683, atol=0.03)
    assert figures["validation MAE"] == pytest.approx(errors_deg * 0.798, rel=0.05)
    assert decoding.spread_factors[0] == pytest.approx(errors_deg / 4.0, rel=0.06)


def test_errors_of_the_labels_widen_the_spread() -> None:
    logits, labels = answers(1, 3.0)
    doubt = np.full(3000, 5.0, np.float32)
    alone, _ = calibrated(logits, labels, doubt, DECODING)
    allowed, _ = calibrated(logits, labels, doubt, DECODING, label_error_deg=4.0 * 0.798)
    # Independent errors of 3° and 4° make 5°.
    assert allowed.spread_factors[1] / alone.spread_factors[1] == pytest.approx(5 / 3, rel=0.06)


def test_calibration_leaves_the_angles_unchanged() -> None:
    logits, labels = answers(3, 5.0, count=200)
    decoding, _ = calibrated(logits, labels, np.zeros(200, np.float32), DECODING)
    assert [one.pose for one in decode(logits, decoding)] == [one.pose for one in decode(logits, DECODING)]


def test_each_angle_has_the_error_of_its_own_labels() -> None:
    logits, labels = answers(1, 3.0)
    doubt = np.full(3000, 5.0, np.float32)
    alone, _ = calibrated(logits, labels, doubt, DECODING)
    each, _ = calibrated(logits, labels, doubt, DECODING, label_error_deg=(0.0, 4.0 * 0.798, 7.2 * 0.798))
    ratios = np.divide(each.spread_factors, alone.spread_factors)
    np.testing.assert_allclose(ratios, (1, 5 / 3, 7.8 / 3), rtol=0.06)
