"""The video encoders: one literal table, and which of them this machine's FFmpeg has."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import cast

from av.codec import Codec, CodecContext
from av.codec.codec import UnknownCodecError
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext

from app.errors import UsageError

_X26X_PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
_NVENC_PRESETS = tuple(f"p{step}" for step in range(1, 8))


@dataclass(frozen=True, slots=True)
class VideoOptions:
    """What a user can choose for a written video.

    `encoder`: a name in ENCODERS. `quality`: the encoder's constant quality, smaller is better. `preset`: its speed.
    None is the encoder's default. `sound`: whether the source's sound is kept. `metadata`: whether its title, date,
    timecode and chapters are.
    """

    encoder: str = "h264"
    quality: int | None = None
    preset: str | None = None
    sound: bool = True
    metadata: bool = True


@dataclass(frozen=True, slots=True)
class Codecs:
    """One of FFmpeg's encoders, with its options for quality and speed, and its limits.

    `quality_option` is None if the encoder supports only a bit rate, which then depends on the picture's size.
    `presets` are listed from fast to slow; an empty tuple means that the encoder has only one speed.
    `preset_options`: what is added to the options for some of them. `frame_threads`: it encodes frames in parallel
    rather than slices of a frame. `best_quality` and `worst_quality` are the ends of the quality's range.
    `smallest_side` and `largest` (width, height) are in pixels. `highest_rate` is the most frames per second that may
    be declared.
    """

    codec: str
    quality_option: str | None = None
    quality: int = 0
    worst_quality: int = 0
    best_quality: int = 0
    preset_option: str = "preset"
    preset: str = ""
    presets: tuple[str, ...] = ()
    options: dict[str, str] = field(default_factory=dict)
    preset_options: dict[str, dict[str, str]] = field(default_factory=dict)
    frame_threads: bool = False
    smallest_side: int = 2
    largest: tuple[int, int] = (16_384, 16_384)
    highest_rate: int | None = None


@dataclass(frozen=True, slots=True)
class Encoder:
    """A video format that a user can choose. The first of `codecs` that FFmpeg has is used.

    `not_in`: extensions of the containers that cannot hold it. `otherwise`: the encoder that is used in its place where
    the hardware for it is missing; None if it needs none. FFmpeg has such encoders on every machine, and only opening
    one tells.
    """

    name: str
    title: str
    codecs: tuple[Codecs, ...]
    mp4_tag: str | None = None
    not_in: tuple[str, ...] = ()
    otherwise: str | None = None


def _on_nvidia(codec: str, *, quality: int, largest: int) -> tuple[Codecs, ...]:
    """`largest`: the longest side of a picture."""
    return (
        Codecs(
            codec,
            "cq",
            quality,
            51,
            best_quality=1,  # 0 leaves the quality to the encoder.
            preset="p4",
            presets=_NVENC_PRESETS,
            options={"rc": "vbr"},
            smallest_side=160,
            largest=(largest, largest),
        ),
    )


ENCODERS: tuple[Encoder, ...] = (
    Encoder(
        "h264",
        "H.264, plays everywhere",
        (
            Codecs(
                "libx264",
                "crf",
                20,
                51,
                preset="superfast",
                presets=_X26X_PRESETS,
                # Without x264's macroblock tree, superfast makes files twice as large. With it, they are as large as
                # those of veryfast in 0.56 to 0.66 of its processor time: 0.89 to 1.06 times on five videos of 512² to
                # 1080p, PSNR 0.1 to 0.2 dB lower; 1.18 times and 0.8 dB on the small, grainy sample video.
                preset_options={"superfast": {"x264-params": "mbtree=1:rc-lookahead=10"}},
                # Slices can't refer to each other: 1 to 2 % larger files with two, 13 % with sixteen.
                frame_threads=True,
            ),
            Codecs("h264_videotoolbox"),
            Codecs("h264_mf"),
            Codecs("libopenh264"),
        ),
    ),
    Encoder(
        "h265",
        "H.265, smaller and slower",
        (
            Codecs(
                "libx265",
                "crf",
                23,
                51,
                preset="ultrafast",
                presets=_X26X_PRESETS,
                options={"x265-params": "log-level=error"},
                # Below, it writes beside its memory: 48 × 48 ends the process (x265 of FFmpeg 8.1).
                smallest_side=64,
            ),
            Codecs("hevc_videotoolbox"),
            Codecs("hevc_mf"),
        ),
        # Apple's players accept H.265 in MP4 only with this tag.
        mp4_tag="hvc1",
    ),
    Encoder(
        "av1",
        "AV1, smallest, for recent browsers",
        (
            Codecs(
                "libsvtav1",
                "crf",
                32,
                63,
                preset="8",
                presets=tuple(str(step) for step in range(13, -1, -1)),
                # Below, it hangs: with 256 × 16, for example (SVT-AV1 of FFmpeg 8.1).
                smallest_side=64,
                largest=(16_384, 8_704),
                highest_rate=240,
            ),
            Codecs(
                "libaom-av1",
                "crf",
                32,
                63,
                preset_option="cpu-used",
                preset="8",
                presets=tuple(str(step) for step in range(8, -1, -1)),
                options={"row-mt": "1"},
            ),
        ),
        not_in=(".mov",),
    ),
    Encoder(
        "h264-nvidia",
        "H.264 on an NVIDIA GPU",
        _on_nvidia("h264_nvenc", quality=23, largest=4096),
        otherwise="h264",
    ),
    Encoder(
        "h265-nvidia",
        "H.265 on an NVIDIA GPU",
        _on_nvidia("hevc_nvenc", quality=26, largest=8192),
        mp4_tag="hvc1",
        otherwise="h265",
    ),
)


@dataclass(frozen=True, slots=True)
class ChosenEncoder:
    """One of FFmpeg's encoders with its options, ready to open. `in_place_of`: the one that was asked for, if it is
    another one.
    """

    name: str
    codec: str
    options: dict[str, str]
    frame_threads: bool
    has_quality: bool
    mp4_tag: str | None
    not_in: tuple[str, ...]
    smallest_side: int
    largest: tuple[int, int]
    highest_rate: int | None
    in_place_of: str | None = None

    def check_container(self, path: Path) -> None:
        """Raises UsageError if the container at `path` cannot hold what this encoder makes."""
        if path.suffix.lower() in self.not_in:
            raise UsageError(
                f"The encoder {self.name} cannot write {path.suffix.lower()} files.",
                advice="Choose .mp4 or .mkv, or another encoder.",
            )

    def size_for(self, size: tuple[int, int]) -> tuple[int, int]:
        """The width and height to encode for a picture of this size: even, and as large as the encoder needs.

        Raises UsageError if the picture is too large.
        """
        width, height = (max(side + side % 2, self.smallest_side) for side in size)
        if width > self.largest[0] or height > self.largest[1]:
            most = " × ".join(map(str, self.largest))
            raise UsageError(
                f"The encoder {self.name} can write pictures of at most {most} pixels, not {size[0]} × {size[1]}.",
                advice="Write only the table, or make the source smaller.",
            )
        return width, height

    def rate_for(self, rate: Fraction) -> Fraction:
        """The frame rate to declare. It influences the encoder's decisions alone: frames keep their own times."""
        return rate if self.highest_rate is None else min(rate, Fraction(self.highest_rate))


@functools.cache
def _is_there(codec: str) -> bool:
    try:
        Codec(codec, "w")
    except UnknownCodecError:
        return False
    return True


@functools.cache
def _opens(codec: str) -> bool:
    """Whether an encoder can start here: whether its hardware and its driver are there."""
    if not _is_there(codec):
        return False
    context = cast("VideoCodecContext", CodecContext.create(codec, "w"))
    context.width, context.height, context.pix_fmt, context.time_base = 256, 256, "yuv420p", Fraction(1, 25)
    try:
        context.open()
    except FFmpegError:
        return False
    return True


def available_encoders() -> tuple[str, ...]:
    """The names of the encoders that this FFmpeg has and that need no special hardware, the default first."""
    return tuple(
        encoder.name
        for encoder in ENCODERS
        if encoder.otherwise is None and any(_is_there(choice.codec) for choice in encoder.codecs)
    )


def choose_encoder(options: VideoOptions) -> ChosenEncoder:
    """The encoder for these options, with FFmpeg's options for the quality and speed.

    An encoder that needs hardware is tried. If it cannot start, the one named by its `otherwise` is chosen, with the
    preset that is its default.

    Raises UsageError for an encoder that this machine's FFmpeg does not have, or a quality or preset that the encoder
    does not have.
    """
    name, here = options.encoder, available_encoders()
    encoder = next((entry for entry in ENCODERS if entry.name == name), None)
    if encoder is None or (encoder.otherwise is None and name not in here):
        raise UsageError(
            f"The encoder “{name}” is not available on this machine.", advice=f"Choose one of: {', '.join(here)}."
        )
    choice = next((entry for entry in encoder.codecs if _is_there(entry.codec)), encoder.codecs[0])
    codec_options = dict(choice.options)
    if choice.codec == "libsvtav1":
        # It prints its settings to the terminal and nothing else controls that; at 1 only errors are printed.
        os.environ.setdefault("SVT_LOG", "1")
    if choice.quality_option is not None:
        quality = choice.quality if options.quality is None else options.quality
        if not choice.best_quality <= quality <= choice.worst_quality:
            limits = f"{choice.best_quality} (best) to {choice.worst_quality} (smallest)"
            raise UsageError(f"The quality of {name} must be from {limits}, not {quality}.")
        codec_options[choice.quality_option] = str(quality)
    if choice.presets:
        preset = choice.preset if options.preset is None else options.preset
        if preset not in choice.presets:
            known = ", ".join(choice.presets)
            raise UsageError(f"{name} has no preset “{preset}”.", advice=f"Choose one of: {known}.")
        codec_options[choice.preset_option] = preset
        codec_options |= choice.preset_options.get(preset, {})
    elif options.preset is not None:
        raise UsageError(f"The encoder {choice.codec} has no presets.", advice="Leave out the preset.")
    if encoder.otherwise is not None and not _opens(choice.codec):
        chosen = choose_encoder(replace(options, encoder=encoder.otherwise, preset=None))
        return replace(chosen, in_place_of=name)
    return ChosenEncoder(
        name=name,
        codec=choice.codec,
        options=codec_options,
        frame_threads=choice.frame_threads,
        has_quality=choice.quality_option is not None,
        mp4_tag=encoder.mp4_tag,
        not_in=encoder.not_in,
        smallest_side=choice.smallest_side,
        largest=choice.largest,
        highest_rate=choice.highest_rate,
    )
