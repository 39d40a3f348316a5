"""AFLW2000: its annotations, and the crops made from them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hopenet.datasets import open_dataset
from hopenet.datasets.aflw2000 import landmark_square, published_crop, read_annotation
from hopenet.datasets.pictures import head_crop, read_labelled_picture


def test_real_labels_match_the_reference(shared_data: Path) -> None:
    heads = open_dataset("aflw2000", shared_data / "aflw2000_dev")
    with (shared_data / "aflw2000_dev_reference.csv").open(newline="", encoding="utf-8") as lines:
        reference = {
            row["name"]: [float(row[angle]) for angle in ("yaw", "pitch", "roll")] for row in csv.DictReader(lines)
        }
    assert sorted(reference) == list(heads.names)
    found = [heads.read(name).pose for name in heads.names]
    np.testing.assert_allclose(found, [reference[name] for name in heads.names], atol=5.1e-5)


def test_a_real_head_is_where_its_label_says(shared_data: Path) -> None:
    heads = open_dataset("aflw2000", shared_data / "aflw2000_dev")
    for name in heads.names[:20]:
        head = heads.read(name)
        image = read_labelled_picture(head)
        assert image.shape == (450, 450, 3)
        assert head.published_crop is not None and head.face_square is not None and not head.cropped
        (x1, y1, x2, y2), (left, top, right, bottom) = head.published_crop, head.face_square
        # AFLW2000's faces are as large as 300W-LP's and lie in the middle.
        assert left < 225 < right and top < 225 < bottom
        assert x1 < 225 < x2 and y1 < 225 < y2
        height, width, _ = head_crop(head, image).shape
        assert abs(width - height) <= 1 and abs(width - (right - left)) <= 1


def test_missing_points_count_for_the_published_crop_but_not_for_the_square(
    tmp_path: Path, picture: Callable[[str], Path], matlab: Callable[..., Path]
) -> None:
    picture("image00001.jpg")
    missing = np.array([[-1.0, 99.0], [-1.0, 199.0]])
    matlab("image00001.mat", (30.0, -20.0, 10.0), pt2d=missing)
    head = open_dataset("aflw2000", tmp_path).read("image00001")
    assert head.pose == pytest.approx((30.0, -20.0, 10.0))
    assert head.published_crop == published_crop(missing) == (-41, -81, 155, 232)
    assert head.face_box == (-1.0, -1.0, 99.0, 199.0)
    assert head.face_square == landmark_square(read_annotation(tmp_path / "image00001.mat").landmarks_3d)
    assert head.face_square == pytest.approx((38.1966, 108.1966, 261.8034, 331.8034), abs=1e-4)
    assert head.coarsen == 1


def test_the_coarse_set_differs_only_in_its_coarseness(
    tmp_path: Path, picture: Callable[[str], Path], matlab: Callable[..., Path]
) -> None:
    picture("image00001.jpg")
    matlab("image00001.mat")
    plain, coarse = open_dataset("aflw2000", tmp_path), open_dataset("aflw2000-ds", tmp_path)
    assert (plain.name, coarse.name) == ("aflw2000", "aflw2000-ds")
    assert plain.names == coarse.names == ("image00001",)
    assert coarse.read("image00001").coarsen == 3
    assert coarse.read("image00001").published_crop == plain.read("image00001").published_crop


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({"Pose_Para": None}, "not an annotation of AFLW2000-3D", id="no pose"),
        pytest.param({"pt3d_68": None}, "not an annotation of AFLW2000-3D", id="no landmarks"),
        pytest.param({"Pose_Para": "text"}, "not an annotation of AFLW2000-3D", id="a pose in words"),
        pytest.param({"Pose_Para": np.zeros((1, 2))}, "2 pose parameters", id="two angles"),
        pytest.param({"Pose_Para": np.full((1, 7), np.nan)}, "not finite", id="pose not finite"),
        pytest.param({"pt2d": np.full((2, 21), np.inf)}, "not finite", id="landmarks not finite"),
        pytest.param({"pt2d": np.zeros((21, 2))}, "landmarks of shape", id="landmarks turned"),
        pytest.param({"pt2d": np.zeros((2, 0))}, "landmarks of shape", id="no point"),
    ],
)
def test_an_annotation_with_other_content_is_refused(
    tmp_path: Path,
    picture: Callable[[str], Path],
    matlab: Callable[..., Path],
    fields: dict[str, Any],
    words: str,
) -> None:
    picture("image00001.jpg")
    matlab("image00001.mat", **fields)
    with pytest.raises(ValueError, match=words) as caught:
        open_dataset("aflw2000", tmp_path).read("image00001")
    assert "image00001.mat" in str(caught.value)


@pytest.mark.parametrize("kept", [0, 100, 127, 140, 200, 400])
def test_a_truncated_file_is_refused(
    tmp_path: Path, picture: Callable[[str], Path], matlab: Callable[..., Path], kept: int
) -> None:
    picture("image00001.jpg")
    whole = matlab("image00001.mat")
    whole.write_bytes(whole.read_bytes()[:kept])
    with pytest.raises(ValueError, match=r"image00001\.mat is not an annotation of AFLW2000-3D"):
        open_dataset("aflw2000", tmp_path).read("image00001")


def test_a_missing_file_is_named(tmp_path: Path, picture: Callable[[str], Path], matlab: Callable[..., Path]) -> None:
    picture("alone.jpg")
    matlab("unseen.mat")
    heads = open_dataset("aflw2000", tmp_path)
    assert heads.names == ("alone",)
    with pytest.raises(FileNotFoundError, match=r"There is no annotation .*alone\.mat"):
        heads.read("alone")
    with pytest.raises(FileNotFoundError, match=r"There is no picture .*unseen\.jpg"):
        heads.read("unseen")
