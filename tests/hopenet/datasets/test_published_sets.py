"""Layout, signs and crops of the sets that are not at hand, as the published code has them."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hopenet import HeadPose
from hopenet.datasets import angles_beyond, open_dataset, published_training_crop
from hopenet.datasets.biwi import pose_of
from hopenet.datasets.labels import grown_in_turn
from hopenet.datasets.pictures import coarsened

COS, SIN = math.cos(math.radians(30)), math.sin(math.radians(30))


def test_300w_lp_is_read_only_from_its_subsets(
    tmp_path: Path, picture: Callable[[str], Path], matlab: Callable[..., Path]
) -> None:
    for name in ("HELEN/b_1_0", "AFW_Flip/a_1_0", "Code/demo", "landmarks/AFW/a_pts", "AFW_Flip/.hidden"):
        picture(f"{name}.jpg")
        matlab(f"{name}.mat", (-70.0, 15.0, 120.0), pt3d_68=None)
    heads = open_dataset("300w-lp", tmp_path)
    assert heads.names == ("AFW_Flip/a_1_0", "HELEN/b_1_0")
    head = heads.read("HELEN/b_1_0")
    assert head.file == tmp_path / "HELEN" / "b_1_0.jpg"
    assert head.pose == pytest.approx((-70.0, 15.0, 120.0))
    assert angles_beyond(head.pose) == ("roll",)
    assert head.face_box == (100.0, 120.0, 200.0, 320.0)
    assert head.published_crop == published_training_crop(head.face_box, 0.3)
    assert head.face_square == pytest.approx((38.1966, 108.1966, 261.8034, 331.8034), abs=1e-4)
    assert not head.cropped


@pytest.mark.parametrize(
    ("k", "crop"),
    [
        # 100 − .12·100; 120 − .4·200; 200 + .12·112; 320 + .12·280
        pytest.param(0.2, (88, 40, 213, 353), id="smallest"),
        pytest.param(0.4, (76, -40, 229, 406), id="largest"),
    ],
)
def test_published_training_margins_are_added_to_the_margins_of_the_box(
    k: float, crop: tuple[int, int, int, int]
) -> None:
    assert published_training_crop((100.0, 120.0, 200.0, 320.0), k) == crop


def test_edges_are_truncated_towards_zero() -> None:
    assert grown_in_turn((-1.5, -0.5, 10.9, 20.9), left=0, top=0, right=0, bottom=0) == (-1, 0, 10, 20)


@pytest.mark.parametrize(
    ("rotation", "pose"),
    [
        # The head looks along R·(0, 0, −1), in a frame with x to the picture's right, y down and z away.
        pytest.param([[COS, 0, SIN], [0, 1, 0], [-SIN, 0, COS]], (30, 0, 0), id="nose to the picture's left"),
        pytest.param([[COS, 0, -SIN], [0, 1, 0], [SIN, 0, COS]], (-30, 0, 0), id="nose to the picture's right"),
        pytest.param([[1, 0, 0], [0, COS, SIN], [0, -SIN, COS]], (0, 30, 0), id="nose up"),
        pytest.param([[COS, -SIN, 0], [SIN, COS, 0], [0, 0, 1]], (0, 0, 30), id="clockwise"),
        pytest.param(np.eye(3), (0, 0, 0), id="into the camera"),
    ],
)
def test_a_rotation_of_biwi_has_the_signs_of_300w_lp(
    tmp_path: Path, biwi: Callable[..., str], rotation: list[list[float]], pose: tuple[float, float, float]
) -> None:
    name = biwi(rotation)
    assert open_dataset("biwi", tmp_path).read(name).pose == pytest.approx(pose, abs=1e-3)


_ANGLE = st.floats(-85, 85)


@given(_ANGLE, _ANGLE, _ANGLE)
def test_angles_of_biwi_match_the_published_code(yaw: float, pitch: float, roll: float) -> None:
    rotation = HeadPose(yaw, pitch, roll).matrix()
    turned = rotation.T
    published = (
        -math.atan2(-turned[2, 0], math.hypot(turned[2, 1], turned[2, 2])),
        math.atan2(turned[2, 1], turned[2, 2]),
        -math.atan2(turned[1, 0], turned[0, 0]),
    )
    assert pose_of(rotation) == pytest.approx(np.degrees(published), abs=1e-6)


def test_biwi_without_boxes_needs_a_detector(tmp_path: Path, biwi: Callable[..., str]) -> None:
    later, earlier = biwi(sequence="02"), biwi(sequence="01", number=10)
    heads = open_dataset("biwi", tmp_path)
    assert heads.names == (earlier, later) == ("01/frame_00010", "02/frame_00003")
    head = heads.read(earlier)
    assert head.file == tmp_path / "01" / "frame_00010_rgb.png"
    assert (head.published_crop, head.face_square, head.face_box, head.cropped) == (None, None, None, False)


@pytest.mark.parametrize(
    ("box", "face", "crop"),
    [
        # 300 − .21·100; 200 − .35·120; 400 + .21·121; 320 + .21·162
        pytest.param(
            "1 300.0 200.0 400.0 320.0 0.99\n1 10 10 50 50 0.9\n", (300, 200, 400, 320), (279, 158, 425, 354), id="box"
        ),
        pytest.param("", (0, 0, 640, 480), (-134, -168, 802, 616), id="no face found"),
        pytest.param("\n", (0, 0, 640, 480), (-134, -168, 802, 616), id="a blank line"),
    ],
)
def test_biwi_takes_the_first_box_of_dockerface(
    tmp_path: Path, biwi: Callable[..., str], box: str, face: tuple[float, ...], crop: tuple[int, ...]
) -> None:
    name = biwi(box=box)
    head = open_dataset("biwi", tmp_path).read(name)
    assert head.face_box == face
    assert head.published_crop == crop


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param("1 0 0\n0 1 0\n", "does not start with the three rows", id="two rows"),
        pytest.param("1 0\n0 1\n0 0\n1 1\n", "does not start with the three rows", id="two columns"),
        pytest.param("1 0 0\n0 1 x\n0 0 1\n", "must contain only finite numbers", id="a letter"),
        pytest.param("1 0 0\n0 nan 0\n0 0 1\n", "must contain only finite numbers", id="no number"),
        pytest.param("1 0 0\n0 1 0\n0 0 -1\n", "is not a rotation", id="a mirror"),
        pytest.param("2 0 0\n0 2 0\n0 0 2\n", "is not a rotation", id="another size"),
        pytest.param("", "does not start with the three rows", id="empty"),
    ],
)
def test_a_pose_file_of_biwi_without_a_rotation_is_refused(
    tmp_path: Path, biwi: Callable[..., str], text: Callable[[str, str], Path], content: str, words: str
) -> None:
    name = biwi()
    text(f"{name}_pose.txt", content)
    with pytest.raises(ValueError, match=words) as caught:
        open_dataset("biwi", tmp_path).read(name)
    assert "frame_00003_pose.txt" in str(caught.value)


def test_a_box_of_biwi_that_is_not_numeric_is_refused(tmp_path: Path, biwi: Callable[..., str]) -> None:
    name = biwi(box="1 left top right bottom")
    with pytest.raises(ValueError, match=r"dockerface-frame_00003_rgb\.txt"):
        open_dataset("biwi", tmp_path).read(name)


def test_aflw_has_radians_a_negated_roll_and_cropped_heads(
    tmp_path: Path, picture: Callable[[str], Path], text: Callable[[str, str], Path]
) -> None:
    picture("2/image00482.jpg")
    text("2/image00482.txt", f"/flickr/2/image00482.jpg {math.pi / 6} {-math.pi / 4} {math.pi / 18} 90 88 270 270\n")
    heads = open_dataset("aflw", tmp_path)
    assert heads.names == ("2/image00482",)
    head = heads.read("2/image00482")
    assert head.pose == pytest.approx((30.0, -45.0, -10.0))
    assert (head.published_crop, head.face_square, head.face_box, head.cropped) == (None, None, None, True)


def test_afw_has_one_text_file_per_face_and_pictures_with_several_faces(
    tmp_path: Path, picture: Callable[[str], Path], text: Callable[[str, str], Path]
) -> None:
    picture("1004109301.jpg")
    text("1004109301_0.txt", "1004109301.jpg 15.0 -5.0 2.5 100 120 200 320\n")
    text("1004109301_1.txt", "1004109301.jpg -45 0 110 10 10 20 20\n")
    heads = open_dataset("afw", tmp_path)
    assert heads.names == ("1004109301_0", "1004109301_1")
    first, second = map(heads.read, heads.names)
    assert first.file == second.file == tmp_path / "1004109301.jpg"
    assert first.pose == (15.0, -5.0, 2.5)
    assert first.face_box == (100.0, 120.0, 200.0, 320.0)
    # 100 − .256·100; 120 − .64·200; 200 + .256·125.6; 320 + .32·328
    assert first.published_crop == (74, -8, 232, 424)
    assert angles_beyond(second.pose) == ("roll",)
    assert not first.cropped


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param("picture.jpg 1 2\n", "has 2 numbers .* instead of 3", id="an angle missing"),
        pytest.param("", "has 0 numbers .* instead of 3", id="empty"),
        pytest.param("picture.jpg 1 2 up\n", "must contain only finite numbers", id="a word"),
        pytest.param("picture.jpg 1 2 inf\n", "must contain only finite numbers", id="infinite"),
        pytest.param("picture.jpg\0 1 2 3\n", "not a text file", id="no text"),
    ],
)
def test_a_bad_line_is_refused(
    tmp_path: Path, picture: Callable[[str], Path], text: Callable[[str, str], Path], content: str, words: str
) -> None:
    picture("0/image00001.jpg")
    text("0/image00001.txt", content)
    with pytest.raises(ValueError, match=words) as caught:
        open_dataset("aflw", tmp_path).read("0/image00001")
    assert "image00001.txt" in str(caught.value)


@pytest.mark.parametrize(
    ("dataset", "name", "lacks"),
    [
        pytest.param("300w-lp", "AFW/a_1_0", "picture", id="300w-lp"),
        pytest.param("biwi", "01/frame_00009", "picture", id="biwi"),
        pytest.param("aflw", "0/image00009", "picture", id="aflw"),
        pytest.param("afw", "12_1", "picture", id="afw"),
        pytest.param("aflw", "0/image00001", "annotation", id="aflw without its text"),
        pytest.param("300w-lp", "0/image00001", "annotation", id="300w-lp without its label"),
    ],
)
def test_a_name_without_files_is_refused_with_what_is_missing(
    tmp_path: Path,
    picture: Callable[[str], Path],
    text: Callable[[str, str], Path],
    dataset: str,
    name: str,
    lacks: str,
) -> None:
    picture("0/image00001.jpg")
    heads = open_dataset(dataset, tmp_path, list_file=text("list.txt", f"{name}\n"))
    with pytest.raises(FileNotFoundError, match=f"There is no {lacks} "):
        heads.read(name)


def test_ninety_nine_degrees_are_within_the_limit() -> None:
    assert angles_beyond(HeadPose(99.0, -99.0, 0.0)) == ()
    assert angles_beyond(HeadPose(99.01, 0.0, -120.0)) == ("yaw", "roll")


def test_a_coarse_crop_keeps_its_size_and_every_third_pixel() -> None:
    crop = np.arange(6 * 9 * 3, dtype=np.uint8).reshape(6, 9, 3)
    coarse = coarsened(crop, 3)
    assert coarse.shape == crop.shape
    for y, x in ((0, 0), (0, 3), (3, 6)):
        assert (coarse[y : y + 3, x : x + 3] == crop[y + 1, x + 1]).all()
    assert coarsened(crop, 1) is crop
    assert coarsened(crop[:2, :2], 3).shape == (2, 2, 3)
