from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.drawing.colours import bgr, face_ink
from app.errors import OutputError, UsageError
from app.frames import Analysis, Face, Frame
from app.outputs.exclusions import Span
from app.outputs.plot import PlottedEvents, plot_angles, plot_comparison
from app.outputs.reading import read_pose_table
from app.outputs.tables import open_pose_table
from app.settings import Signs
from detectors import Box
from hopenet import HeadPose, PoseSpread

LINE = bgr(face_ink(0, dark=False))


def table(folder: Path, *, faces: int = 1, absent: range = range(0)) -> Path:
    path = folder / "talk.csv"
    with open_pose_table(path) as rows:
        for index in range(90):
            found = []
            for face_id in range(faces if index not in absent else 0):
                pose = HeadPose(20 * face_id - 10, index / 3, -5)
                found.append(Face(face_id, Box(0, 0, 9, 9), 0.9, pose, pose, PoseSpread(2, 3, 4)))
            rows.write(Analysis(Frame(np.zeros((9, 9, 3), np.uint8), index, Fraction(index, 30)), tuple(found)))
    return path


def columns_with_line(picture: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    image = cv2.imread(str(picture))
    assert image is not None
    upper = image[: int(0.85 * len(image))]
    return np.asarray((np.abs(upper.astype(int) - LINE).max(2) < 12).any(0))


def test_lines_are_interrupted_at_an_absence(tmp_path: Path) -> None:
    plot_angles(table(tmp_path), tmp_path / "whole.png")
    plot_angles(table(tmp_path, absent=range(30, 60)), tmp_path / "gap.png")
    whole, with_gap = columns_with_line(tmp_path / "whole.png"), columns_with_line(tmp_path / "gap.png")
    first, last = np.flatnonzero(whole)[[0, -1]]
    assert whole[first : last + 1].all()
    third = (last - first) / 3
    middle = with_gap[round(first + 1.1 * third) : round(first + 1.9 * third)]
    assert not middle.any()
    assert with_gap[[first + 5, last - 5]].all()


def test_an_svg_names_angles_units_and_the_number_of_faces_not_shown(tmp_path: Path) -> None:
    import matplotlib as mpl

    with mpl.rc_context({"svg.fonttype": "none"}):
        plot_angles(table(tmp_path, faces=6), tmp_path / "talk.svg", title="talk.mp4")
    texts = re.findall(r">([^<>]+)</text>", (tmp_path / "talk.svg").read_text(encoding="utf-8"))
    for wanted in (
        "Yaw (°)",
        "Pitch (°)",
        "Roll (°)",
        "Time (s)",
        "talk.mp4",
        "face 0",
        "face 3",
        "2 more faces not shown",
    ):
        assert wanted in texts
    assert "face 4" not in texts


def test_a_table_without_faces_is_plotted_as_such(tmp_path: Path) -> None:
    plot_angles(table(tmp_path, faces=0), tmp_path / "empty.png")
    assert not columns_with_line(tmp_path / "empty.png").any()


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "frame,face_id\nx,y\n"], ids=["other columns", "not numbers"])
def test_another_kind_of_table_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OutputError, match=r"other\.csv cannot be plotted"):
        plot_angles(path, tmp_path / "plot.png")
    assert not (tmp_path / "plot.png").exists()


def test_another_kind_of_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"plot\.docx"):
        plot_angles(table(tmp_path), tmp_path / "plot.docx")


def test_two_tables_of_a_face_are_named_and_excluded_ranges_are_marked(tmp_path: Path) -> None:
    import matplotlib as mpl

    track = read_pose_table(table(tmp_path)).tracks[0]
    with mpl.rc_context({"svg.fonttype": "none"}):
        plot_comparison(tmp_path / "talk.svg", [("compact", track), ("resnet50", track)], [Span(1, 2)], title="talk")
    texts = re.findall(r">([^<>]+)</text>", (tmp_path / "talk.svg").read_text(encoding="utf-8"))
    for wanted in ("compact", "resnet50", "excluded", "talk"):
        assert wanted in texts
    plot_comparison(tmp_path / "bare.svg", [("compact", track)])
    assert "excluded" not in (tmp_path / "bare.svg").read_text(encoding="utf-8")


def drawing(path: Path) -> str:
    return path.read_text(encoding="utf-8").lower()


def test_events_are_drawn_in_the_colours_of_their_labels_and_named(tmp_path: Path) -> None:
    import matplotlib as mpl

    track = read_pose_table(table(tmp_path)).tracks[0]
    events = [
        PlottedEvents("talks", "#e69f00", [Span(0.5, 1), Span(1.5, 2)]),
        PlottedEvents("nods", "#56b4e9", [Span(1, 1)]),
    ]
    with mpl.rc_context({"svg.fonttype": "none"}):
        plot_comparison(tmp_path / "talk.svg", [("compact", track)], events=events)
        plot_comparison(tmp_path / "bare.svg", [("compact", track)])
    texts = re.findall(r">([^<>]+)</text>", (tmp_path / "talk.svg").read_text(encoding="utf-8"))
    assert {"talks", "nods"} <= set(texts)
    # Two ranges in each of three panels, and the key.
    assert len(re.findall(r'<path d="[^"]*"[^/]*style="fill: #e69f00', drawing(tmp_path / "talk.svg"))) == 7
    assert "#56b4e9" in drawing(tmp_path / "talk.svg")
    assert "#e69f00" not in drawing(tmp_path / "bare.svg")


def test_no_line_joins_the_points_of_pictures(tmp_path: Path) -> None:
    import matplotlib as mpl

    track = read_pose_table(table(tmp_path)).tracks[0]
    with mpl.rc_context({"svg.fonttype": "none"}):
        plot_comparison(tmp_path / "pictures.svg", [("compact", track)], pictures=True)
    texts = re.findall(r">([^<>]+)</text>", (tmp_path / "pictures.svg").read_text(encoding="utf-8"))
    assert "Picture" in texts
    assert not {"Time (s)", "single frame"} & set(texts)
    lines = re.findall(r'<path d="([^"]*)"[^>]*clip-path', drawing(tmp_path / "pictures.svg"))
    # Of the grid, the zero line and the error bars: none has more than two points.
    assert max(line.count("l") for line in lines) == 1


def test_directions_follow_the_signs_of_the_table(tmp_path: Path) -> None:
    import matplotlib as mpl

    track = read_pose_table(table(tmp_path)).tracks[0]
    with mpl.rc_context({"svg.fonttype": "none"}):
        plot_comparison(tmp_path / "talk.svg", [("compact", track)], signs=Signs(pitch=-1))
    texts = re.findall(r">([^<>]+)</text>", (tmp_path / "talk.svg").read_text(encoding="utf-8"))
    assert {"+ down", "− up", "+ picture's left"} <= set(texts)
