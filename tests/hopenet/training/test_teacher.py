"""A teacher's share in the labels."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from hopenet import HeadPose, HeadPoseEstimator
from hopenet.datasets import TableSet
from hopenet.training.augmentation import mirrored
from hopenet.training.teacher import TaughtHeads, between, estimates_of

ROOT = Path(__file__).parents[3]
FACE = ROOT / "hopenet" / "trial_face.jpg"


def test_between_two_poses_the_share_decides() -> None:
    first, second = HeadPose(0, 0, 0), HeadPose(20, 0, 0)
    assert between(first, second, 0) == pytest.approx(first, abs=1e-6)
    assert between(first, second, 1) == pytest.approx(second, abs=1e-6)
    assert between(first, second, 0.5) == pytest.approx((10, 0, 0), abs=1e-6)
    # The mean of the matrices: not quite the share of the angle.
    assert between(first, second, 0.75) == pytest.approx((15.04, 0, 0), abs=0.005)


def test_between_two_names_of_one_rotation_lies_that_rotation() -> None:
    one, same = HeadPose(90, 20, 0), HeadPose(90, 0, -20)
    np.testing.assert_allclose(between(one, same, 0.5).matrix(), one.matrix(), atol=1e-6)


def test_a_mean_across_the_back_of_the_head_stays_there() -> None:
    assert abs(between(HeadPose(170, 5, 0), HeadPose(-170, 5, 0), 0.5).yaw) == pytest.approx(180, abs=1e-6)


@pytest.fixture
def faces(tmp_path: Path) -> TableSet:
    """The face in the repository, and its mirror image, both labelled as frontal."""
    image = cv2.imread(str(FACE))
    assert image is not None
    cv2.imwrite(str(tmp_path / "face.png"), image)
    cv2.imwrite(str(tmp_path / "mirrored.png"), image[:, ::-1])
    table = tmp_path / "labels.csv"
    rows = "face.png,0,0,0,8\nmirrored.png,0,0,0,8\nmissing.png,1,2,3,8\n"
    table.write_text(f"file,yaw_deg,pitch_deg,roll_deg,doubt_deg\n{rows}")
    return TableSet(table, disagreement_column="doubt_deg")


def test_a_teacher_answers_mirrored_faces_with_mirrored_poses_and_leaves_out_what_it_cannot_read(
    faces: TableSet,
) -> None:
    teacher = HeadPoseEstimator.load(ROOT / "weights" / "compact.onnx", device="cpu", threads=1)
    found = estimates_of(teacher, faces, faces.names)
    assert set(found) == {"face.png", "mirrored.png"}
    assert found["mirrored.png"] == pytest.approx(mirrored(found["face.png"]), abs=1e-3)


def test_taught_labels_are_the_mean_and_their_disagreement_shrinks(faces: TableSet) -> None:
    taught = TaughtHeads(faces, {"face.png": HeadPose(20, 0, 0)}, share=0.5)
    head = taught.read("face.png")
    assert head.pose == pytest.approx((10, 0, 0), abs=1e-6)
    assert head.disagreement_deg == 4
    assert taught.read("mirrored.png") == faces.read("mirrored.png")
    assert (taught.name, taught.names) == (faces.name, faces.names)
