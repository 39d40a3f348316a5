"""The camera's geometry on the command line, in records, and in tables that are read back."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from app.calibration.files import camera_file_text
from app.main import main
from app.outputs.reading import read_pose_table
from hopenet import HeadPose, geodesic_deg
from hopenet.camera_geometry import ON_AXIS, CameraGeometry
from hopenet.perspective import turn_towards
from tests.photograph import FACE, astronaut
from tests.turned_camera import box_turned, seen_turned

SIZE = (960, 720)
WIDE = CameraGeometry.from_field_of_view(100, SIZE)


@pytest.fixture(scope="module")
def rim(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A video of a face at the rim of a wide picture, and its box file."""
    towards = CameraGeometry.from_field_of_view(40, (512, 512))
    sight = WIDE.sight((830, 300))
    turn = turn_towards(sight) @ turn_towards(towards.sight(FACE.centre)).T
    picture = seen_turned(astronaut(), towards, turn, WIDE)
    box = box_turned(FACE, towards, turn, WIDE)
    folder = tmp_path_factory.mktemp("rim")
    with av.open(str(folder / "rim.mp4"), "w") as video:
        stream = video.add_stream("libx264", rate=Fraction(10), options={"qp": "0"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv444p"
        for _ in range(3):
            video.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        video.mux(stream.encode())
    corners = " ".join(f"{edge:.0f}" for edge in box)
    lines = [f"{number} {corners} 0.99" for number in range(1, 4)]
    (folder / "boxes.txt").write_text("\n".join(lines) + "\n")
    return folder / "rim.mp4", folder / "boxes.txt"


def annotated(rim: tuple[Path, Path], table: Path, *options: str) -> int:
    video, boxes = rim
    arguments = ["annotate", str(video), "--poses", str(table), "--detector", "boxes", "--boxes", str(boxes)]
    return main([*arguments, "--smoothing", "0", *options])


def test_a_table_is_relative_to_the_cameras_axis_says_so_and_is_drawn_in_perspective(
    rim: tuple[Path, Path], tmp_path: Path
) -> None:
    camera = tmp_path / "camera.yaml"
    camera.write_text(camera_file_text(WIDE.for_size((1920, 1440)), ".yaml", {}))

    assert annotated(rim, tmp_path / "plain.csv") == 0
    assert annotated(rim, tmp_path / "file.csv", "--camera-geometry", str(camera), "--correct-perspective") == 0
    assert annotated(rim, tmp_path / "angle.csv", "--field-of-view", "100", "--correct-perspective") == 0

    faces = {name: read_pose_table(tmp_path / f"{name}.csv").faces_at(0)[0] for name in ("plain", "file", "angle")}
    plain, corrected, other = (faces[name].pose for name in ("plain", "file", "angle"))
    assert plain is not None and corrected is not None and other is not None
    assert geodesic_deg(corrected, other) < 0.01
    assert corrected.yaw - plain.yaw > 15
    assert faces["plain"].sight == ON_AXIS
    assert faces["file"].sight == pytest.approx(WIDE.sight(faces["file"].box.centre), abs=1e-6)
    record = json.loads((tmp_path / "file.json").read_text())
    assert record["settings"]["correct_perspective"] is True
    assert record["settings"]["camera_geometry"]["width"] == 1920
    assert record["angles_relative_to"] == "the camera's axis"
    record = json.loads((tmp_path / "plain.json").read_text())
    assert record["angles_relative_to"] == "the line of sight from the camera to each face"


def test_a_geometry_alone_is_recorded_and_changes_no_angle(rim: tuple[Path, Path], tmp_path: Path) -> None:
    assert annotated(rim, tmp_path / "plain.csv") == 0
    assert annotated(rim, tmp_path / "known.csv", "--field-of-view", "100") == 0

    assert (tmp_path / "plain.csv").read_bytes() == (tmp_path / "known.csv").read_bytes()
    settings = json.loads((tmp_path / "known.json").read_text())["settings"]
    assert settings["field_of_view_deg"] == 100 and settings["correct_perspective"] is False


def test_a_geometry_of_another_shape_is_refused_before_anything_is_written(
    rim: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    camera = tmp_path / "camera.yaml"
    camera.write_text(camera_file_text(CameraGeometry.from_field_of_view(70, (1280, 720)), ".yaml", {}))

    assert annotated(rim, tmp_path / "table.csv", "--camera-geometry", str(camera)) != 0

    error = capsys.readouterr().err
    assert "is for pictures of 1280×720 pixels, and the source has 960×720, which is another shape." in error
    assert sorted(path.name for path in tmp_path.iterdir()) == ["camera.yaml"]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--correct-perspective"], "--correct-perspective needs to know the camera"),
        (["--field-of-view", "180"], "between 2 and 170 degrees, not 180"),
        (["--field-of-view", "nan"], "between 2 and 170 degrees"),
        (["--camera-geometry", "missing.yaml"], "missing.yaml cannot be read"),
        (["--camera-geometry", "missing.yaml", "--field-of-view", "60"], "cannot be combined"),
    ],
)
def test_options_that_cannot_be_are_refused_in_one_sentence(
    options: list[str], why: str, rim: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert annotated(rim, tmp_path / "table.csv", *options) != 0
    assert why in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_zero_lag_smoothing_keeps_the_line_of_sight(rim: tuple[Path, Path], tmp_path: Path) -> None:
    options = ("--field-of-view", "100", "--correct-perspective")
    assert annotated(rim, tmp_path / "plain.csv", *options, "-o", str(tmp_path / "plain.mkv")) == 0
    video, boxes = rim
    arguments = ["annotate", str(video), "--poses", str(tmp_path / "lag.csv"), "--detector", "boxes"]
    assert main([*arguments, "--boxes", str(boxes), "--zero-lag", *options, "-o", str(tmp_path / "lag.mkv")]) == 0

    def drawn(name: str) -> npt.NDArray[np.int16]:
        with av.open(str(tmp_path / name)) as written:
            return next(written.decode(video=0)).to_ndarray(format="rgb24").astype(np.int16)

    # The head stands still, so both kinds of smoothing draw it alike.
    assert np.abs(drawn("plain.mkv") - drawn("lag.mkv")).max() < 40
    assert read_pose_table(tmp_path / "lag.csv").faces_at(0)[0].pose != HeadPose(0, 0, 0)
