"""HDR, wide gamut, matrices and ranges: whatever a video is stored in, its pictures come out as they are meant."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from app.video import open_source
from app.video.hdr import ToSdr, white_nits
from tests.video.videos import Picture, corners, painted

_BT2020_OF_709 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])
"""Linear RGB. Source: ITU-R BT.2087, 3.3."""

_LUMA_2020 = np.array([0.2627, 0.6780, 0.0593])


def _pq(nits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    power = (nits / 10_000) ** m1
    return np.asarray(((c1 + c2 * power) / (1 + c3 * power)) ** m2)


def _hlg(nits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    luminance = np.maximum(nits / 1000 @ _LUMA_2020, 1e-9)[..., None]
    scene = nits / 1000 * luminance ** (1 / 1.2 - 1)
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.asarray(np.where(scene <= 1 / 12, np.sqrt(3 * scene), a * np.log(np.maximum(12 * scene - b, 1e-9)) + c))


def _gamma(nits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray((nits / 100) ** (1 / 2.4))


SIGNALS = {ColorTrc.SMPTE2084: _pq, ColorTrc.ARIB_STD_B67: _hlg, ColorTrc.BT2020_10: _gamma}


def _wide(image: Picture, transfer: ColorTrc, white_nits: float) -> av.VideoFrame:
    """The BT.709 picture in BT.2020 with 10 bits, its white shown at this luminance."""
    nits = (image[..., ::-1] / 255.0) ** 2.4 @ _BT2020_OF_709.T * white_nits
    red, green, blue = np.moveaxis(np.clip(SIGNALS[transfer](nits), 0, 1), -1, 0)
    luma = 0.2627 * red + 0.6780 * green + 0.0593 * blue
    planes = (64 + 876 * luma, 512 + 896 * (blue - luma) / 1.8814, 512 + 896 * (red - luma) / 1.4746)
    frame = av.VideoFrame(image.shape[1], image.shape[0], "yuv444p10le")
    for plane, values in zip(frame.planes, planes, strict=True):
        rows = np.zeros((plane.height, plane.line_size // 2), np.uint16)
        rows[:, : plane.width] = np.round(values)
        plane.update(rows.tobytes())
    frame.colorspace, frame.color_range = 9, ColorRange.MPEG
    frame.color_trc, frame.color_primaries = transfer, ColorPrimaries.BT2020
    return frame


def _soft(image: Picture) -> Picture:
    """Colours like those of people, none at the edge of what a screen can show, and a white spot."""
    soft = np.asarray(image // 2 + 60, dtype=np.uint8)
    soft[:8, :8] = 255
    return soft


def _stored(path: Path, frame: av.VideoFrame, *, tags: tuple[int, int, int, int], codec: str = "ffv1") -> Path:
    """A video of one frame. `tags`: matrix, range, transfer and primaries."""
    with av.open(str(path), "w") as container:
        video = container.add_stream(codec, rate=25)
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = frame.width, frame.height, frame.format.name
        context = video.codec_context
        context.colorspace, context.color_range, context.color_trc, context.color_primaries = tags
        frame.pts, frame.time_base = 0, Fraction(1, 25)
        container.mux(video.encode(frame))
        container.mux(video.encode(None))
    return path


@pytest.mark.parametrize("white", [100.0, 203.0], ids=["white at 100", "white at 203"])
@pytest.mark.parametrize("transfer", list(SIGNALS)[:2], ids=["PQ", "HLG"])
def test_hdr_looks_like_the_sdr_it_was_made_of(transfer: ColorTrc, white: float, tmp_path: Path) -> None:
    image = _soft(painted(128, 96))
    frame = _wide(image, transfer, white)
    video = _stored(tmp_path / "hdr.mkv", frame, tags=(9, ColorRange.MPEG, transfer, ColorPrimaries.BT2020))
    with open_source(video) as source:
        read = next(iter(source.frames())).image
        notes = source.notes
    assert abs(float(read.mean()) - float(image.mean())) < 3
    assert np.abs(np.subtract(corners(read), corners(image))).max() <= 6
    assert [note.kind for note in notes] == ["colours"]
    assert "tone-mapped" in notes[0].sentence


def test_wide_gamut_is_converted(tmp_path: Path) -> None:
    image = _soft(painted(128, 96))
    frame = _wide(image, ColorTrc.BT2020_10, 100)
    tags = (9, ColorRange.MPEG, ColorTrc.BT2020_10, ColorPrimaries.BT2020)
    with open_source(_stored(tmp_path / "wide.mkv", frame, tags=tags)) as source:
        read = next(iter(source.frames())).image
        assert "BT.2020" in source.notes[0].sentence
    assert np.abs(np.subtract(corners(read), corners(image))).max() <= 6


def test_bright_lights_are_compressed_and_keep_their_order() -> None:
    steps = np.zeros((8, 64, 3), np.uint8)
    frame = _wide(steps, ColorTrc.SMPTE2084, 203)
    nits = np.repeat(np.geomspace(1, 4000, 8), 8)
    rows = np.zeros((8, frame.planes[0].line_size // 2), np.uint16)
    rows[:, :64] = np.round(64 + 876 * _pq(nits))
    frame.planes[0].update(rows.tobytes())
    assert white_nits(frame) == 203
    read = ToSdr(203)(frame).reformat(format="gray").to_ndarray()[4, 4::8].astype(int)
    assert all(np.diff(read) >= 0)
    assert len(set(read[:6])) == 6
    assert read[-1] >= 250


@pytest.mark.parametrize("size", [(640, 480), (1280, 720)], ids=["small", "large"])
@pytest.mark.parametrize("wide", [ColorRange.MPEG, ColorRange.JPEG], ids=["limited", "full"])
@pytest.mark.parametrize(
    ("matrix", "tag"),
    [
        pytest.param(Colorspace.ITU601, 6, id="BT.601"),
        pytest.param(Colorspace.ITU709, 1, id="BT.709"),
        pytest.param(Colorspace.BT2020, 9, id="BT.2020 matrix"),
    ],
)
def test_matrix_and_range_are_those_of_the_tags(
    matrix: Colorspace, tag: int, wide: ColorRange, size: tuple[int, int], tmp_path: Path
) -> None:
    image = painted(*size)
    frame = av.VideoFrame.from_ndarray(image, format="bgr24").reformat(
        format="yuv444p", dst_colorspace=matrix, dst_color_range=wide
    )
    video = _stored(tmp_path / "in.mkv", frame, tags=(tag, wide, ColorTrc.BT709, ColorPrimaries.BT709))
    with open_source(video) as source:
        read = next(iter(source.frames())).image
        assert source.notes == ()
    assert np.abs(np.subtract(corners(read), corners(image))).max() <= 4


def test_an_interlaced_video_says_that_it_is(tmp_path: Path) -> None:
    video = tmp_path / "fields.mkv"
    with av.open(str(video), "w") as container:
        track = container.add_stream("libx264", rate=25, options={"x264-params": "tff=1"})
        assert isinstance(track, av.VideoStream)
        track.width, track.height, track.pix_fmt = 64, 64, "yuv420p"
        for index in range(5):
            frame = av.VideoFrame.from_ndarray(painted(64, 64, index), format="bgr24")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(track.encode(frame))
        container.mux(track.encode(None))
    with open_source(video) as source:
        assert [note.kind for note in source.notes] == ["interlaced"]
        assert len(list(source.frames())) == 5
