"""Decoded pictures that reach the encoder without a conversion of their colours."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any, cast

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from app.drawing.canvas import Area
from app.drawing.drawing import draw
from app.export.annotating import Annotating
from app.frames import Analysis, Face, Frame
from app.settings import Style
from app.video import VideoOptions, open_sink, open_source
from app.video.colour import usual_matrix
from app.video.planes import Overwriting
from detectors import BgrImage, Box
from hopenet import HeadPose

Plane = npt.NDArray[np.uint8]

LOSSLESS = VideoOptions(quality=0)
POSE = HeadPose(20, -10, 5)
SMALL, HD = (96, 64), (1280, 720)
BT709, BT470, BT601, BT2020 = 1, 5, 6, 9
LIMITED, FULL = 1, 2


def textured(
    path: Path, size: tuple[int, int] = SMALL, *, frames: int = 3, pixels: str = "yuv420p", **tags: Any
) -> Path:
    """A video of random coloured blocks, lossless, with these tags of the codec's context."""
    random = np.random.default_rng(0)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "0", "preset": "ultrafast"})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, pixels
        for name, value in tags.items():
            setattr(stream.codec_context, name, value)
        for _ in range(frames):
            blocks = random.integers(0, 256, (size[1] // 4 + 1, size[0] // 4 + 1, 3), np.uint8)
            image = cv2.resize(blocks, size, interpolation=cv2.INTER_CUBIC)
            frame = av.VideoFrame.from_ndarray(np.asarray(image, np.uint8), format="bgr24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def planes_of(picture: VideoFrame) -> list[Plane]:
    return [
        np.frombuffer(cast("memoryview", plane), np.uint8)
        .reshape(plane.height, plane.line_size)[:, : plane.width]
        .copy()
        for plane in picture.planes
    ]


def decoded(path: Path) -> list[list[Plane]]:
    with av.open(str(path)) as container:
        return [planes_of(picture) for picture in container.decode(video=0)]


def converted(image: BgrImage, matrix: Colorspace | None = None) -> list[Plane]:
    """The whole picture, converted at once."""
    height, width = image.shape[:2]
    return planes_of(
        VideoReformatter().reformat(
            VideoFrame.from_ndarray(image, format="bgr24"),
            format="yuv420p",
            dst_colorspace=matrix or usual_matrix(width, height),
            dst_color_range=ColorRange.MPEG,
        )
    )


def frames_of(path: Path) -> list[Frame]:
    with open_source(path, keep_decoded=True) as source:
        return list(source.frames())


def with_a_face(frame: Frame) -> Analysis:
    """Its box is in the left upper quarter, which its plate and axes do not leave."""
    width, height = frame.size
    side = height / 5
    box = Box(width / 8, height / 10, width / 8 + side, height / 10 + side)
    return Analysis(frame, (Face(1, box, 0.9, POSE, POSE, None),))


def exported(path: Path, target: Path, style: Style, *, faces: bool = True) -> list[Analysis]:
    with (
        open_source(path, keep_decoded=True) as source,
        open_sink(target, source=source.facts, options=LOSSLESS) as sink,
    ):
        annotating = Annotating(sink, style)
        analyses = [with_a_face(frame) if faces else Analysis(frame, ()) for frame in source.frames()]
        for analysis in analyses:
            annotating.write(analysis)
    return analyses


@pytest.mark.parametrize(
    ("size", "tags", "kept"),
    [
        (SMALL, {}, True),
        (SMALL, {"colorspace": BT601}, True),
        (SMALL, {"colorspace": BT470, "color_range": LIMITED}, True),
        (SMALL, {"colorspace": BT709}, True),
        (SMALL, {"color_range": FULL}, False),
        (SMALL, {"pixels": "yuvj420p"}, False),
        (SMALL, {"pixels": "yuv420p10le"}, False),
        (SMALL, {"pixels": "yuv444p"}, False),
        (SMALL, {"color_primaries": 9, "color_trc": 16, "colorspace": BT2020}, False),
        (SMALL, {"sample_aspect_ratio": Fraction(4, 3)}, False),
        (HD, {}, True),
        (HD, {"colorspace": BT709}, True),
        (HD, {"colorspace": BT601}, True),
    ],
    ids=str,
)  # fmt: skip
def test_a_picture_is_kept_only_if_a_written_video_means_the_same_colours_by_its_pixels(
    size: tuple[int, int], tags: dict[str, Any], kept: bool, tmp_path: Path
) -> None:
    path = textured(tmp_path / "in.mp4", size, frames=1, **tags)
    (frame,) = frames_of(path)
    assert (frame.decoded is not None) == kept
    with open_source(path) as source:
        (plain,) = source.frames()
    assert plain.decoded is None
    np.testing.assert_array_equal(plain.image, frame.image)


def test_pictures_with_an_odd_side_are_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "in.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 65, 48, "yuv420p"
        container.mux(stream.encode(VideoFrame.from_ndarray(np.zeros((48, 65, 3), np.uint8), format="bgr24")))
        container.mux(stream.encode(None))
    (frame,) = frames_of(path)
    assert frame.size == (65, 48) and frame.decoded is None


@pytest.mark.parametrize(
    ("size", "tags", "style"),
    [
        ((192, 128), {}, Style()),
        ((192, 128), {}, Style(opacity=0.5, cube=True)),
        ((192, 128), {}, Style(width=4.0, size=0.5)),
        ((192, 128), {"colorspace": BT709}, Style()),
        (HD, {"colorspace": BT709, "frames": 1}, Style()),
    ],
    ids=["BT.601", "fading", "thick lines", "small in BT.709", "BT.709"],
)
def test_pixels_beyond_the_drawing_are_the_decoded_ones_and_those_in_it_as_if_all_were_converted(
    size: tuple[int, int], tags: dict[str, Any], style: Style, tmp_path: Path
) -> None:
    source, target = textured(tmp_path / "in.mp4", size, **tags), tmp_path / "out.mp4"
    analyses = exported(source, target, style)
    matrix = Colorspace.ITU709 if "colorspace" in tags else Colorspace.ITU601
    for analysis, before, after in zip(analyses, decoded(source), decoded(target), strict=True):
        picture = draw(analysis, style)
        drawn = (picture != analysis.frame.image).any(axis=2)
        assert drawn.any() and not drawn[size[1] // 2 :].any() and not drawn[:, size[0] * 3 // 4 :].any()
        for plane_before, plane_after, whole, step in zip(
            before, after, converted(picture, matrix), (1, 2, 2), strict=True
        ):
            covered = drawn.reshape(size[1] // step, step, size[0] // step, step).any(axis=(1, 3))
            np.testing.assert_array_equal(plane_after[covered], whole[covered])
            far = plane_after.shape[0] * 3 // 4
            np.testing.assert_array_equal(plane_after[far:], plane_before[far:])
            # Wherever a pixel is not the decoded one, it is what a conversion of the whole picture would give.
            other = plane_after != plane_before
            np.testing.assert_array_equal(plane_after[other], whole[other])


def test_a_video_without_faces_keeps_every_pixel(tmp_path: Path) -> None:
    source, target = textured(tmp_path / "in.mp4", colorspace=BT601), tmp_path / "out.mp4"
    exported(source, target, Style(), faces=False)
    for before, after in zip(decoded(source), decoded(target), strict=True):
        for plane_before, plane_after in zip(before, after, strict=True):
            np.testing.assert_array_equal(plane_after, plane_before)


@pytest.mark.parametrize("tags", [{"color_range": FULL}, {"pixels": "yuv444p"}], ids=str)
def test_what_cannot_be_kept_is_converted_as_a_whole(tags: dict[str, Any], tmp_path: Path) -> None:
    source, target = textured(tmp_path / "in.mp4", **tags), tmp_path / "out.mp4"
    analyses = exported(source, target, Style())
    for analysis, after in zip(analyses, decoded(target), strict=True):
        for whole, plane in zip(converted(draw(analysis, Style())), after, strict=True):
            np.testing.assert_array_equal(plane, whole)


def test_a_mirrored_video_is_converted_as_a_whole(tmp_path: Path) -> None:
    source, target = textured(tmp_path / "in.mp4"), tmp_path / "out.mp4"
    (first, *_) = exported(source, target, Style(mirror=True))
    np.testing.assert_array_equal(decoded(target)[0][0], converted(draw(first, Style(mirror=True)))[0])


def test_the_decoded_picture_is_not_changed_by_writing_over_a_copy(tmp_path: Path) -> None:
    (frame, *_) = frames_of(textured(tmp_path / "in.mp4"))
    assert frame.decoded is not None
    before = planes_of(frame.decoded)
    white = np.full_like(frame.image, 255)
    written = planes_of(
        Overwriting(Colorspace.ITU601)(frame.decoded, white, [Area(16, 0, 48, 16), Area(80, 48, 96, 64)])
    )
    for plane, old in zip(planes_of(frame.decoded), before, strict=True):
        np.testing.assert_array_equal(plane, old)
    assert (written[0][:16, 16:48] >= 234).all() and (written[1][24:, 40:] >= 127).all()
    np.testing.assert_array_equal(written[0][16:48], before[0][16:48])


def test_the_written_colours_are_those_of_the_source(tmp_path: Path) -> None:
    """Read again, pixels without a drawing are the same: the tags of the written video fit its pixels."""
    sources = [
        textured(tmp_path / "a.mp4", colorspace=BT601),
        textured(tmp_path / "b.mp4", colorspace=BT709),
        textured(tmp_path / "c.mp4", HD, frames=1),
        textured(tmp_path / "d.mp4", HD, frames=1, colorspace=BT601),
    ]
    for source in sources:
        target = source.with_stem(f"{source.stem}-out")
        exported(source, target, Style(), faces=False)
        for before, after in zip(frames_of(source), islice(frames_of(target), 3), strict=True):
            np.testing.assert_array_equal(after.image, before.image)


@pytest.mark.parametrize(
    ("size", "tags", "written"),
    [
        (SMALL, {}, BT601),
        (SMALL, {"colorspace": BT709}, BT709),
        (SMALL, {"colorspace": BT709, "color_range": FULL}, BT601),
        (HD, {}, BT709),
        (HD, {"colorspace": BT601}, BT601),
        (HD, {"colorspace": BT2020}, BT709),
    ],
    ids=str,
)
def test_a_written_video_states_the_matrix_of_its_pixels(
    size: tuple[int, int], tags: dict[str, Any], written: int, tmp_path: Path
) -> None:
    source, target = textured(tmp_path / "in.mp4", size, frames=1, **tags), tmp_path / "out.mp4"
    exported(source, target, Style(), faces=False)
    with av.open(str(target)) as container:
        assert next(container.decode(video=0)).colorspace == written
    (before,), (after,) = frames_of(source), frames_of(target)
    assert float(np.abs(before.image.astype(int) - after.image).mean()) < 3


def test_a_picture_whose_matrix_differs_from_the_video_is_converted(tmp_path: Path) -> None:
    (other, *_) = frames_of(textured(tmp_path / "other.mp4", colorspace=BT709))
    with open_source(textured(tmp_path / "in.mp4")) as source:
        sink = open_sink(tmp_path / "out.mp4", source=source.facts, options=LOSSLESS)
    with sink:
        assert other.decoded is not None
        Annotating(sink, Style()).write(Analysis(other, ()))
    for plane, whole in zip(decoded(tmp_path / "out.mp4")[0], converted(other.image, Colorspace.ITU601), strict=True):
        np.testing.assert_array_equal(plane, whole)
