"""The map of directions."""

from __future__ import annotations

import numpy as np
import pytest

from app.session.directions import CELL_DEG, LARGEST_DEG, circle, density, off_target_deg, radius_to
from app.session.targets import Target

TARGETS = [Target("ahead", 0, 0, 15), Target("side", 75, 30, 10), Target("up", -5, 88, 20), Target("far", 85, 0, 20)]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_every_point_of_the_edge_is_a_radius_away_from_the_middle(target: Target) -> None:
    edge = circle(target)
    assert [off_target_deg(target, *point) for point in edge] == pytest.approx([target.radius_deg] * len(edge))
    assert np.allclose(edge[0], edge[-1])


def test_a_cone_at_the_side_is_wider_in_pitch_than_in_yaw() -> None:
    extent = np.ptp(circle(Target("side", 60, 0, 10)), axis=0)
    assert extent[0] == pytest.approx(20, abs=0.1)
    assert extent[1] == pytest.approx(40, abs=2)


def test_the_radius_follows_a_dragged_edge_to_half_degrees_and_within_limits() -> None:
    ahead = TARGETS[0]
    assert radius_to(ahead, 0, 12.3) == 12.5
    assert radius_to(ahead, 0, 0) == 0.5
    assert radius_to(ahead, 0, 179) == 120


def test_density_is_the_time_in_each_cell() -> None:
    angles = np.array([[10.5, -20.5, 0], [10.9, -20.1, 50], [np.nan, 0, 0], [0, 120, 0]])
    cells = density(angles, np.array([0.5, 0.25, 1, 1]))
    row, column = int((LARGEST_DEG - 20.5) // CELL_DEG), int((LARGEST_DEG + 10.5) // CELL_DEG)
    assert cells[row, column] == 0.75
    assert cells.sum() == 1.75
    assert cells.shape == (180, 180)
    # A pitch of 120° is the direction of the back of a head: yaw 180°, pitch −60°.
    assert cells[int((LARGEST_DEG - 60) // CELL_DEG), -1] + cells[int((LARGEST_DEG - 61) // CELL_DEG), -1] == 1
