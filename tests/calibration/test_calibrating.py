"""A camera with known geometry films a checkerboard, and `calibrate-camera` finds the geometry."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from app.calibration import gathering
from app.calibration.board import Board, find_board
from app.calibration.files import read_camera_geometry
from app.calibration.solving import calibrated
from app.calibration.views import Coverage, chosen_views
from app.errors import DataError, UsageError
from app.frames import Frame
from app.main import main
from detectors import BgrImage
from hopenet.camera_geometry import CameraGeometry
from tests.calibration.checkerboards import BOARD, BoardCamera, board_pictures

TRUE = CameraGeometry(640, 400, 420.0, 422.0, 326.0, 195.0, (-0.2, 0.05, 0.0008, -0.0006))


@pytest.fixture(scope="module")
def pictures() -> list[BgrImage]:
    return board_pictures(TRUE, 22)


@pytest.fixture(scope="module")
def video(pictures: list[BgrImage], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("board") / "board.mp4"
    write_video(path, pictures)
    return path


def write_video(path: Path, pictures: Sequence[BgrImage]) -> None:
    with av.open(str(path), "w") as video:
        stream = video.add_stream("libx264", rate=Fraction(5), options={"crf": "18"})
        stream.width, stream.height, stream.pix_fmt = pictures[0].shape[1], pictures[0].shape[0], "yuv420p"
        for picture in pictures:
            video.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        video.mux(stream.encode())


def largest_difference_deg(found: CameraGeometry, true: CameraGeometry) -> float:
    """Between the directions that two geometries give to the same pixels, all over the picture."""
    points = np.random.default_rng(1).uniform((0, 0), (true.width, true.height), (400, 2))
    angles = [np.degrees(np.arctan(camera.sights(points))) for camera in (found, true)]
    return float(np.abs(angles[0] - angles[1]).max())


def test_a_compressed_video_of_a_board_gives_the_camera_back(
    video: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "camera.yaml"

    assert main(["calibrate-camera", str(video), "--board", "9x6", "--square", "25", "-o", str(output)]) == 0

    found = read_camera_geometry(output)
    assert (found.width, found.height) == (640, 400)
    assert (found.fx, found.fy) == pytest.approx((TRUE.fx, TRUE.fy), rel=0.005)
    assert (found.cx, found.cy) == pytest.approx((TRUE.cx, TRUE.cy), abs=2)
    assert found.distortion[0] == pytest.approx(TRUE.distortion[0], abs=0.01)
    assert largest_difference_deg(found, TRUE) < 0.15
    printed = capsys.readouterr().out
    for said in ("Reprojection error: 0.", "Coverage: ", "frame 3 "):
        assert said in printed
    field_of_view = re.search(r"Horizontal field of view: ([\d.]+)°", printed)
    assert field_of_view is not None and float(field_of_view[1]) == pytest.approx(TRUE.field_of_view_deg, abs=0.3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["camera-check.png", "camera.yaml"]
    check = cv2.imread(str(tmp_path / "camera-check.png"))
    assert check is not None and check.shape[1] == 2 * 640


def test_the_board_of_the_check_picture_is_straight_only_without_distortion(pictures: list[BgrImage]) -> None:
    views = [view for number, one in enumerate(pictures) if (view := find_board(one, BOARD, str(number))) is not None]
    geometry = calibrated(chosen_views(views, BOARD), BOARD).geometry

    def bent(corners: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
        """The farthest that a corner is from the line between the ends of its row, in lengths of the row."""
        rows = corners.reshape(BOARD.rows, BOARD.columns, 2)
        ends = rows[:, -1] - rows[:, 0]
        off = rows - rows[:, :1]
        return float(np.abs(off[..., 0] * ends[:, 1:] - off[..., 1] * ends[:, :1]).max() / (ends**2).sum(1).min())

    worst = max(views, key=lambda view: bent(view.corners.astype(np.float64)))
    assert bent(worst.corners.astype(np.float64)) > 0.008
    assert bent(geometry.sights(worst.corners.astype(np.float64) + 0.5)) < 0.004


def test_blurred_pictures_and_repeated_views_are_left_out(pictures: list[BgrImage]) -> None:
    blurred = [np.asarray(cv2.GaussianBlur(picture, (0, 0), 3), np.uint8) for picture in pictures[:6]]
    views = [
        view
        for number, picture in enumerate([*pictures, *blurred, *pictures[:4]])
        if (view := find_board(picture, BOARD, str(number))) is not None
    ]
    names = [int(view.name) for view in chosen_views(views, BOARD)]

    assert not set(names) & set(range(len(pictures), len(pictures) + len(blurred)))
    assert len(names) <= len(pictures)
    assert len({name % (len(pictures) + len(blurred)) for name in names}) == len(names)


def test_a_board_that_was_only_in_one_place_is_refused_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    camera, random = BoardCamera(TRUE), np.random.default_rng(0)
    turns = random.uniform(-0.5, 0.5, (12, 3)).tolist()
    write_video(tmp_path / "middle.mp4", [camera.picture(BOARD, (x, y, z), (0.0, 0.0, 600.0)) for x, y, z in turns])

    command = ["calibrate-camera", str(tmp_path / "middle.mp4"), "-o", str(tmp_path / "camera.yaml")]
    assert main(command) != 0

    error = capsys.readouterr().err
    assert "% of the picture; 40% are needed" in error and "in the corners of the picture" in error
    assert "No file was written" in error
    assert [path.name for path in tmp_path.iterdir()] == ["middle.mp4"]


def test_too_few_views_are_refused(pictures: list[BgrImage]) -> None:
    views = [view for one in pictures[:4] if (view := find_board(one, BOARD, "")) is not None]
    with pytest.raises(DataError, match=r"found in only \d views? that are sharp and different; 8 are needed"):
        calibrated(chosen_views(views, BOARD), BOARD)


def test_a_board_counted_in_squares_is_recognised(
    video: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["calibrate-camera", str(video), "--board", "10x7", "-o", str(tmp_path / "camera.yaml")]
    assert main(command) != 0
    assert "no board of 10x7 inner corners in the source, but one of 9x6. Give --board 9x6." in capsys.readouterr().err


def test_a_folder_of_pictures_is_used_and_pictures_of_two_sizes_are_refused(
    pictures: list[BgrImage], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number, picture in enumerate(pictures):
        cv2.imwrite(str(folder / f"{number}.png"), picture)
    output = tmp_path / "camera.json"
    assert main(["calibrate-camera", str(folder), "-o", str(output), "--no-check-picture"]) == 0
    assert largest_difference_deg(read_camera_geometry(output), TRUE) < 0.15
    assert "5.png" in capsys.readouterr().out

    assert main(["calibrate-camera", str(folder), "-o", str(output)]) != 0
    assert "exists already. Add --force" in capsys.readouterr().err
    cv2.imwrite(str(folder / "99.png"), pictures[0][:380])
    assert main(["calibrate-camera", str(folder), "-o", str(output), "--force"]) != 0
    assert "The pictures have different sizes: 99.png has 640×380" in capsys.readouterr().err


def test_a_camera_is_watched_until_its_time_is_over_or_enough_was_seen(
    pictures: list[BgrImage], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Camera:
        title = "camera"

        def __init__(self) -> None:
            self.given, self.closed = 0, False

        def frames(self) -> Iterator[Frame]:
            for index in itertools.count():
                self.given += 1
                yield Frame(pictures[index % len(pictures)], index, Fraction(index, 5))

        def close(self) -> None:
            self.closed = True

    opened: list[Camera] = []

    def open_camera(_address: str) -> Camera:
        opened.append(Camera())
        return opened[-1]

    seen: list[int] = []
    monkeypatch.setattr(gathering, "open_live", open_camera)
    monkeypatch.setattr(gathering, "_CAMERA_EVERY_S", 0.0)
    monkeypatch.setattr(gathering, "ENOUGH_COVERAGE", 0.4)

    views = gathering.gathered_views(
        "camera:0", BOARD, duration_s=3600, report=lambda progress: seen.append(progress.views)
    )
    assert len(views) >= 16 and opened[0].closed
    assert opened[0].given <= 30 and seen == list(range(1, len(seen) + 1))

    with pytest.raises(DataError, match="was found in 0 frames"):
        gathering.gathered_views("camera:0", BOARD, duration_s=0, report=lambda _: None)
    assert opened[1].closed


def test_a_source_without_a_board_says_what_is_needed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_video(tmp_path / "grey.mp4", [np.full((400, 640, 3), 99, np.uint8)] * 3)
    command = ["calibrate-camera", str(tmp_path / "grey.mp4"), "-o", str(tmp_path / "camera.yaml")]
    assert main(command) != 0
    assert "No board of 9x6 inner corners was found in 3 frames. The whole board" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["9", "9x", "2x6", "9x51", "axb", "-9x6"])
def test_a_size_of_board_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--board takes numbers of inner corners"):
        Board.parsed(text, 25)


def test_coverage_names_the_parts_that_were_not_seen(pictures: list[BgrImage]) -> None:
    view = find_board(BoardCamera(TRUE).picture(BOARD, (0.0, 0.0, 0.0), (-120.0, -70.0, 300.0)), BOARD, "")
    assert view is not None
    coverage = Coverage.of([view])
    assert 0.1 < coverage.share < 0.5
    assert "bottom right" in coverage.missing and "top left" not in coverage.missing


def test_an_output_that_cannot_be_written_is_found_out_before_the_video_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def read(*_: object, **__: object) -> None:
        raise AssertionError("The video was read.")

    monkeypatch.setattr("app.calibration.gathering.gathered_views", read)
    output = tmp_path / "missing" / "camera.yaml"
    assert main(["calibrate-camera", str(tmp_path / "board.mp4"), "-o", str(output)]) == 2
    assert f"{output} cannot be written" in capsys.readouterr().err
