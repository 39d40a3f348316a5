"""Files with a camera's geometry, as other programs write them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.calibration.files import camera_file_text, read_camera_geometry
from app.errors import UsageError
from hopenet.camera_geometry import CameraGeometry

CAMERA = CameraGeometry(1280, 720, 910.5, 912.25, 641.0, 358.5, (-0.12, 0.03, 0.001, -0.0005, 0.002))

OPENCV_CPP = """%YAML:1.0
---
calibration_time: "Fri 27 Nov 2026"
nframes: 14
image_width: 1280
image_height: 720
board_width: 9
flags: 0
fisheye_model: 0
camera_matrix: !!opencv-matrix
   rows: 3
   cols: 3
   dt: d
   data: [ 910.5, 0., 641., 0., 912.25, 358.5, 0., 0., 1. ]
distortion_coefficients: !!opencv-matrix
   rows: 5
   cols: 1
   dt: d
   data: [ -0.12, 0.03, 0.001, -0.0005, 0.002 ]
avg_reprojection_error: 0.31
"""
ROS = """image_width: 1280
image_height: 720
camera_name: narrow_stereo
camera_matrix:
  rows: 3
  cols: 3
  data: [910.5, 0.0, 641.0, 0.0, 912.25, 358.5, 0.0, 0.0, 1.0]
distortion_model: plumb_bob
distortion_coefficients:
  rows: 1
  cols: 5
  data: [-0.12, 0.03, 0.001, -0.0005, 0.002]
rectification_matrix:
  rows: 3
  cols: 3
  data: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]
projection_matrix:
  rows: 3
  cols: 4
  data: [900.0, 0.0, 641.0, 0.0, 0.0, 900.0, 358.5, 0.0, 0.0, 0.0, 1.0, 0.0]
"""
ROS_MESSAGE = """header:
  seq: 0
  frame_id: camera
height: 720
width: 1280
distortion_model: "plumb_bob"
D: [-0.12, 0.03, 0.001, -0.0005, 0.002]
K: [910.5, 0.0, 641.0, 0.0, 912.25, 358.5, 0.0, 0.0, 1.0]
"""
PYTHON_JSON = """{
  "cameraMatrix": [[910.5, 0, 641], [0, 912.25, 358.5], [0, 0, 1]],
  "distCoeffs": [[-0.12, 0.03, 0.001, -0.0005, 0.002]],
  "imageSize": [1280, 720]
}"""
KALIBR = """cam0:
  camera_model: pinhole
  intrinsics: [910.5, 912.25, 641.0, 358.5]
  distortion_model: radtan
  distortion_coeffs: [-0.12, 0.03, 0.001, -0.0005, 0.002]
  resolution: [1280, 720]
  rostopic: /cam0/image_raw
"""
SLAM = """%YAML:1.0
Camera.fx: 910.5
Camera.fy: 912.25
Camera.cx: 641.0
Camera.cy: 358.5
Camera.k1: -0.12
Camera.k2: 0.03
Camera.p1: 0.001
Camera.p2: -0.0005
Camera.k3: 0.002
Camera.width: 1280
Camera.height: 720
"""
FILES = {
    "opencv's sample": OPENCV_CPP,
    "ros": ROS,
    "a ros message": ROS_MESSAGE,
    "json by hand": PYTHON_JSON,
    "kalibr": KALIBR,
    "slam": SLAM,
    "a byte order mark": "\ufeff" + ROS,
}


def written(tmp_path: Path, text: str, name: str = "camera.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_files_of_other_programs_are_read(text: str, tmp_path: Path) -> None:
    assert read_camera_geometry(written(tmp_path, text)) == CAMERA


@pytest.mark.parametrize("suffix", [".yaml", ".yml", ".json", ".xml"])
def test_own_files_are_read_back_and_opencv_reads_them(suffix: str, tmp_path: Path) -> None:
    path = written(tmp_path, camera_file_text(CAMERA, suffix, {"error": 0.31, "made": "today"}), f"camera{suffix}")

    assert read_camera_geometry(path) == CAMERA
    storage = cv2.FileStorage(str(path), cv2.FILE_STORAGE_READ)
    np.testing.assert_array_equal(storage.getNode("distortion_coefficients").mat(), [CAMERA.distortion])
    assert storage.getNode("camera_matrix").mat()[0, 2] == CAMERA.cx


def test_coefficients_that_are_zero_are_no_distortion(tmp_path: Path) -> None:
    text = ROS.replace("[-0.12, 0.03, 0.001, -0.0005, 0.002]", "[0, 0, 0, 0, 0]")
    assert read_camera_geometry(written(tmp_path, text)).distortion == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (ROS.replace("plumb_bob", "equidistant"), "describes a fisheye lens"),
        (OPENCV_CPP.replace("fisheye_model: 0", "fisheye_model: 1"), "describes a fisheye lens"),
        (ROS.replace("image_width: 1280\n", ""), "does not say for which size of picture"),
        (ROS.replace("camera_matrix", "other_matrix"), "has no camera matrix"),
        (ROS.replace("-0.12", "-1.5"), "not valid up to the picture's corners"),
        (ROS.replace("641.0", "6410.0"), "lies outside the picture"),
        (ROS.replace("910.5", ".nan"), "not a number"),
        ("frame,time_s,face_id\n0,0,1\n", "is not YAML, JSON or XML|has no camera matrix"),
        ("", "is not YAML, JSON or XML|has no camera matrix"),
        ("{", "is not YAML, JSON or XML"),
        ("<a>", "is not YAML, JSON or XML"),
    ],
)
def test_files_that_cannot_be_used_are_refused_in_one_sentence(text: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=why):
        read_camera_geometry(written(tmp_path, text))


def test_a_file_of_several_cameras_is_refused_because_nobody_knows_which_one_filmed(tmp_path: Path) -> None:
    second = KALIBR.replace("cam0", "cam1").replace("910.5", "700.0")
    with pytest.raises(UsageError, match="has the geometry of 2 cameras: cam0, cam1") as refused:
        read_camera_geometry(written(tmp_path, KALIBR + second))
    assert refused.value.advice is not None and "a file of its own" in refused.value.advice
    assert read_camera_geometry(written(tmp_path, second)).fx == 700


def test_files_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "camera.yaml").write_bytes(bytes(range(256)))
    with pytest.raises(UsageError, match="is not a text file"):
        read_camera_geometry(tmp_path / "camera.yaml")
    (tmp_path / "large.yaml").write_bytes(b" " * 1_000_001)
    with pytest.raises(UsageError, match="too large"):
        read_camera_geometry(tmp_path / "large.yaml")
    with pytest.raises(UsageError, match="cannot be read"):
        read_camera_geometry(tmp_path)


@settings(max_examples=200)
@given(st.sampled_from(sorted(FILES)), st.integers(0, 600), st.text("0123456789.-[]{}:!<>e \n\"'k", max_size=8))
def test_a_damaged_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, at: int, to: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.yaml"
    text = FILES[name]
    path.write_text(text[:at] + to + text[at + len(to) :], encoding="utf-8")
    with suppress(UsageError):
        assert read_camera_geometry(path).width > 0
