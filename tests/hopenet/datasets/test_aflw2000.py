"""AFLW2000: its annotations, and the crops made from them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.io import loadmat, savemat

from hopenet.datasets import open_dataset
from hopenet.datasets.aflw2000 import landmark_square, published_crop, read_annotation
from hopenet.datasets.mat_file import read_arrays
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


def outcome(file: Path) -> str:
    """What reading the annotation gives: the sentence that refuses it, or nothing."""
    try:
        annotation = read_annotation(file)
    except ValueError as error:
        return str(error)
    assert max(map(abs, annotation.pose)) <= 360
    return ""


@pytest.mark.parametrize("compressed", [False, True], ids=["as published", "compressed"])
def test_annotations_with_changed_bits_are_read_or_refused_in_one_sentence(
    tmp_path: Path, matlab: Callable[..., Path], compressed: bool
) -> None:
    file = matlab("image00001.mat", (30.0, -20.0, 10.0))
    fields = {name: array for name, array in loadmat(file).items() if not name.startswith("_")}
    savemat(file, fields, do_compression=compressed)
    whole = file.read_bytes()
    random = np.random.default_rng(0)
    outcomes = []
    for _ in range(1000):
        changed = bytearray(whole)
        for place in random.integers(0, len(changed), random.integers(1, 4)):
            changed[place] ^= 1 << int(random.integers(8))
        file.write_bytes(changed)
        outcomes.append(outcome(file))
    refused = [message for message in outcomes if message]
    assert len(refused) > 150
    assert all(message.startswith("image00001.mat ") and "\n" not in message for message in refused)


@pytest.mark.parametrize("kind", ["f8", "f4", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"])
@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (1, 7), (3, 68), (2, 0), (2, 3, 4)])
@pytest.mark.parametrize("compressed", [False, True])
def test_arrays_are_read_as_scipy_reads_them(kind: str, shape: tuple[int, ...], compressed: bool) -> None:
    array = np.random.default_rng(0).uniform(0, 100, shape).astype(kind)
    buffer: Any = io.BytesIO()
    savemat(buffer, {"other": "text", "pt2d": array, "Pose_Para": array[:1]}, do_compression=compressed)
    read = read_arrays(buffer.getvalue(), ("pt2d",))
    assert list(read) == ["pt2d"]
    np.testing.assert_array_equal(read["pt2d"], array)


def test_an_array_that_would_fill_the_memory_is_refused_before_it_is_read(
    tmp_path: Path, matlab: Callable[..., Path]
) -> None:
    matlab("image00001.mat", pt2d=np.zeros((2, 100_000)))
    with pytest.raises(ValueError, match="not an annotation of AFLW2000-3D: the array pt2d is too large"):
        read_annotation(tmp_path / "image00001.mat")


def test_an_angle_in_degrees_is_not_taken_for_radians(tmp_path: Path, matlab: Callable[..., Path]) -> None:
    matlab("image00001.mat", (30.0, -20.0, 10.0), Pose_Para=np.array([[-20.0, 30.0, 10.0]]))
    with pytest.raises(ValueError, match=r"image00001\.mat has a yaw of 1718\.87°, beyond ±360°"):
        read_annotation(tmp_path / "image00001.mat")
