"""Brings videos with high dynamic range or a wide gamut to BT.709, which networks, screens and our videos expect."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorTrc, VideoReformatter

from app.frames import Note
from app.video.colour import RGB_MATRIX, UNSPECIFIED_MATRIX

_Values = npt.NDArray[np.float64]

_REFERENCE_WHITE_NITS = 203.0
"""The luminance of diffuse white in HDR. Source: ITU-R BT.2408, table 1."""

_SDR_WHITE_NITS = 100.0
"""The luminance of white in SDR, at which some programs also put it in HDR. Source: ITU-R BT.2035."""

_HLG_PEAK_NITS = 1000.0
_SDR_GAMMA = 2.4
"""Source: ITU-R BT.1886."""

_KNEE = 0.8
"""Light up to this part of white is kept as it is; what is brighter is compressed into the rest."""

_GRID = 64
"""Points along each axis of the table: a square number, as the filter requires."""

_XYZ_OF: dict[int, tuple[tuple[float, float, float], ...]] = {
    ColorPrimaries.BT709: (
        (0.412391, 0.357584, 0.180481),
        (0.212639, 0.715169, 0.072192),
        (0.019331, 0.119195, 0.950532),
    ),
    ColorPrimaries.BT2020: (
        (0.636958, 0.144617, 0.168881),
        (0.262700, 0.677998, 0.059302),
        (0.000000, 0.028073, 1.060985),
    ),
    ColorPrimaries.SMPTE432: (
        (0.486571, 0.265668, 0.198217),
        (0.228975, 0.691739, 0.079287),
        (0.000000, 0.045113, 1.043944),
    ),
}
"""Linear RGB to CIE XYZ for primaries with white D65. Sources: ITU-R BT.709-6, BT.2020-2, SMPTE EG 432-1."""


def _pq_nits(signal: _Values) -> _Values:
    """Source: ITU-R BT.2100-2, table 4."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    power = signal ** (1 / m2)
    return np.asarray(10_000 * (np.maximum(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1))


def _hlg_nits(signal: _Values) -> _Values:
    """Source: ITU-R BT.2100-2, table 5, for a screen of 1000 cd/m²."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    luminance = scene @ np.array([0.2627, 0.6780, 0.0593])
    return np.asarray(scene * luminance[..., None] ** 0.2 * _HLG_PEAK_NITS)


def _sdr_nits(signal: _Values) -> _Values:
    return np.asarray(signal**_SDR_GAMMA * _SDR_WHITE_NITS)


class _Hdr(NamedTuple):
    name: str
    nits: Callable[[_Values], _Values]


_HDR: dict[int, _Hdr] = {
    ColorTrc.SMPTE2084: _Hdr("PQ", _pq_nits),
    ColorTrc.ARIB_STD_B67: _Hdr("HLG", _hlg_nits),
}
_WIDE: dict[int, str] = {ColorPrimaries.BT2020: "BT.2020", ColorPrimaries.SMPTE432: "Display P3"}


def is_sdr(picture: VideoFrame) -> bool:
    """Whether the picture can be shown on an ordinary screen as it is. Untagged pictures count as such."""
    return picture.color_trc not in _HDR and picture.color_primaries not in _WIDE


def colour_note(picture: VideoFrame) -> Note | None:
    """What happens to the colours of a video with such pictures; None for ordinary ones."""
    hdr = _HDR.get(picture.color_trc)
    if hdr is not None:
        return Note(
            "colours",
            f"The video has high dynamic range ({hdr.name}). It was tone-mapped to BT.709 for analysis and output.",
        )
    if picture.color_primaries in _WIDE:
        wide = _WIDE[picture.color_primaries]
        return Note("colours", f"The video has wide-gamut colours ({wide}). They were converted to BT.709.")
    return None


def white_nits(picture: VideoFrame) -> float:
    """The luminance that becomes white, in cd/m², judged by an HDR video's first picture.

    It is 203, as the standard asks, unless nothing in the picture is brighter than 100: many programs put white there
    when they convert to HDR, and such videos would come out too dark.
    """
    hdr = _HDR.get(picture.color_trc)
    if hdr is None:
        return _SDR_WHITE_NITS
    signal = _rgb48(VideoReformatter(), picture).to_ndarray().reshape(-1, 3)[::7] / 65535
    peak = float(np.percentile(hdr.nits(signal).max(axis=1), 99.9))
    # In a picture that is dark altogether, such as the first of a fade-in, there is nothing to judge by.
    return _SDR_WHITE_NITS if _SDR_WHITE_NITS / 2 < peak < _SDR_WHITE_NITS * 1.1 else _REFERENCE_WHITE_NITS


class ToSdr:
    """Converts pictures to BT.709 by a three-dimensional table. `white`: as `white_nits` returns it."""

    def __init__(self, white: float) -> None:
        self._white = white
        self._reformatter = VideoReformatter()
        self._made_for: tuple[int, ...] | None = None
        self._push: Callable[[VideoFrame], None]
        self._pull: Callable[[], VideoFrame]

    def __call__(self, picture: VideoFrame) -> VideoFrame:
        """The picture as RGB of 16 bits, of the same size."""
        key = (picture.width, picture.height, picture.color_trc, picture.color_primaries)
        if key != self._made_for:
            self._push, self._pull = self._filter(picture)
            self._made_for = key
        colours = _rgb48(self._reformatter, picture)
        colours.pts, colours.time_base = 0, Fraction(1, 1000)
        self._push(colours)
        return self._pull()

    def _filter(self, picture: VideoFrame) -> tuple[Callable[[VideoFrame], None], Callable[[], VideoFrame]]:
        side = round(_GRID**0.5) ** 3
        graph = Graph()
        size = f"{picture.width}x{picture.height}"
        pictures = graph.add("buffer", f"video_size={size}:pix_fmt=rgb48le:time_base=1/1000:colorspace=gbr:range=pc")
        tables = graph.add("buffer", f"video_size={side}x{side}:pix_fmt=rgb48le:time_base=1/1000")
        apply, form, sink = graph.add("haldclut", "clut=first"), graph.add("format", "rgb48le"), graph.add("buffersink")
        pictures.link_to(apply, 0, 0)
        tables.link_to(apply, 0, 1)
        graph.link_nodes(apply, form, sink).configure()
        values = _table(picture.color_trc, picture.color_primaries, self._white).reshape(side, side, 3)
        table = VideoFrame.from_ndarray(np.round(values * 65535).astype(np.uint16), format="rgb48le")
        table.pts, table.time_base = 0, Fraction(1, 1000)
        tables.push(table)
        tables.push(None)
        return pictures.push, graph.vpull


def _rgb48(reformatter: VideoReformatter, picture: VideoFrame) -> VideoFrame:
    untagged = picture.colorspace in (UNSPECIFIED_MATRIX, RGB_MATRIX)
    wide = picture.color_primaries == ColorPrimaries.BT2020
    return reformatter.reformat(
        picture, format="rgb48le", src_colorspace=_BT2020_MATRIX if untagged and wide else None, threads=1
    )


_BT2020_MATRIX = 9
"""AVCOL_SPC_BT2020_NCL of libavutil, and swscale's number for the same matrix."""


def _table(transfer: int, primaries: int, white: float) -> _Values:
    """BT.709 signals from 0 to 1 for a grid of signals; red varies fastest, then green."""
    steps = np.linspace(0, 1, _GRID)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    hdr = _HDR.get(transfer)
    light = (hdr.nits if hdr is not None else _sdr_nits)(np.stack([red, green, blue], axis=-1)) / white
    bt709 = np.array(_XYZ_OF[ColorPrimaries.BT709])
    to_xyz = np.array(_XYZ_OF.get(primaries, _XYZ_OF[ColorPrimaries.BT709]))
    light = np.maximum(light @ (np.linalg.inv(bt709) @ to_xyz).T, 0)
    if hdr is not None:
        # Scaling all three channels alike keeps the hue.
        brightest = np.maximum(light.max(axis=-1, keepdims=True), 1e-9)
        light = light * _compressed(brightest) / brightest
    return np.asarray(np.minimum(light, 1) ** (1 / _SDR_GAMMA))


def _compressed(light: _Values) -> _Values:
    over = np.maximum(light - _KNEE, 0)
    room = 1 - _KNEE
    return np.asarray(np.where(light <= _KNEE, light, _KNEE + room * over / (over + room)))
