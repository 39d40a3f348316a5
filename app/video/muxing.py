"""The output container of a video being written: a video track and a sound track, interleaved."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import av.error
from av.container import OutputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange
from av.video.stream import VideoStream

from app.frames import Note
from app.threads.scheduling import usual_scheduling
from app.video.carried import NOTHING, Carried
from app.video.colour import PIXEL_FORMAT, PRIMARIES, TRANSFER, VUI_MATRIX, usual_matrix
from app.video.encoders import ChosenEncoder
from app.video.facts import SourceFacts
from app.video.sound import Sound

_BITS_PER_PIXEL = 0.1
"""For encoders that support only a bit rate: about what H.264 needs for video of people."""


LONGEST_STEP = 2**31 - 1
"""Ticks between two frames, or between the decoding and the showing of one, that MP4 can express."""

_FRAGMENTS = {"movflags": "delay_moov+default_base_moof", "frag_duration": "1000000", "flush_packets": "1"}
"""Options of the MP4 muxer for a file that can be read up to its last second if its process is killed."""


class VideoMuxer:
    """A container being written to `part`. Each frame is written at its time, after the sound that precedes it.

    `size` must be even. `tick` is the unit of the video track's times, in seconds. `fragments`: an MP4 file can be
    read up to its last second even if it is never finished. Raises FFmpeg's own errors.
    """

    def __init__(
        self,
        part: Path,
        *,
        form: str,
        size: tuple[int, int],
        tick: Fraction,
        source: SourceFacts,
        chosen: ChosenEncoder,
        fragments: bool = False,
    ) -> None:
        mp4 = form in ("mp4", "mov")
        rate = str(tick.denominator)
        # MP4 stores the timeline in the movie's own time scale, which would be milliseconds by default. Matroska would
        # move all times by the lead-in of the sound, which begins before 0.
        options = (
            {"movflags": "+faststart", "movie_timescale": rate, "video_track_timescale": rate}
            if mp4
            else {"avoid_negative_ts": "disabled"}
        )
        if fragments:
            options |= _FRAGMENTS
        self._container: OutputContainer = av.open(str(part), "w", format=form, container_options=options)
        self._tick = tick
        self._stream = self._video_track(size, source, chosen, mp4=mp4, at_once=fragments)
        self._sound: Sound | None = None
        self._held: Packet[VideoStream] | None = None
        self._first_dts: int | None = None
        self._closed = False
        self.lacks_sound = False

    def add_sound(
        self,
        path: Path,
        *,
        shift: Fraction,
        since: Fraction | None = None,
        until: Fraction | None = None,
        jumps: Sequence[Fraction] = (),
    ) -> None:
        """Adds the sound of a file; the arguments are those of `Sound`. Call it before `start`."""
        self._sound = Sound(path, self._container, shift=shift, since=since, until=until, jumps=jumps)

    def start(self, carried: Carried = NOTHING) -> None:
        """Opens the encoders and writes the header. No track can be added afterwards."""
        self._container.metadata.update(carried.tags)
        if carried.timecode is not None:
            self._stream.metadata["timecode"] = carried.timecode
        if carried.chapters:
            self._container.set_chapters(list(carried.chapters))
        with usual_scheduling():
            self._container.start_encoding()

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is missing of the source's tracks."""
        if self.lacks_sound:
            return (Note("sound", "The container does not accept the sound, so the video has no sound."),)
        damage = self._sound.damage if self._sound is not None else None
        return (Note("sound", damage),) if damage else ()

    def encode(self, frame: VideoFrame, pts: int) -> None:
        """Adds a frame in YUV 4:2:0, shown from `pts` ticks."""
        frame.pts, frame.time_base = pts, self._tick
        for packet in self._stream.encode(frame):
            self._mux(packet)

    def copy(self, packet: Packet[VideoStream], pts: int) -> None:
        """Adds a picture that this encoder has encoded before, shown from `pts` ticks; in decoding order."""
        dts = packet.dts if packet.dts is not None and packet.dts < (packet.pts or 0) else packet.pts
        delay = round(((packet.pts or 0) - (dts or 0)) * packet.time_base / self._tick)
        held = self._held
        earliest = pts - delay if held is None or held.dts is None else max(pts - delay, held.dts + 1)
        packet.time_base = self._tick
        packet.stream, packet.pts, packet.dts = self._stream, pts, earliest
        self._mux(packet)

    def finish(self, *, first_pts: int, last_pts: int, last_ticks: int) -> None:
        """Writes the remaining packets and closes the file. The frame at `last_pts` is shown for `last_ticks`."""
        for packet in self._stream.encode(None):
            if packet.pts == last_pts:
                packet.duration = last_ticks
            self._mux(packet)
        final = self._held
        if final is not None:
            # MP4 adds up durations in decoding order, so the final packet gets the rest of the total duration.
            decoded = (final.dts or 0) - (self._first_dts or 0)
            final.duration = min(max(1, last_pts + last_ticks - first_pts - decoded), LONGEST_STEP)
            self._write(final)
        if self._sound is not None:
            self._sound.feed(None)
        self._closed = True
        try:
            self._container.close()
        finally:
            self._close_sound()

    def close(self) -> None:
        """Abandons an unfinished file, ignoring errors; does nothing if the file is finished."""
        self._close_sound()
        if not self._closed:
            self._closed = True
            with contextlib.suppress(OSError, ValueError, av.error.FFmpegError):
                self._container.close()

    def _video_track(
        self, size: tuple[int, int], source: SourceFacts, chosen: ChosenEncoder, *, mp4: bool, at_once: bool
    ) -> VideoStream:
        """`at_once`: no frame waits for others to be encoded beside it."""
        width, height = size
        rate = chosen.rate_for(source.frame_rate)
        added = self._container.add_stream(chosen.codec, rate=rate, options=dict(chosen.options))
        stream = cast("VideoStream", added)
        stream.width, stream.height, stream.pix_fmt = width, height, PIXEL_FORMAT
        stream.time_base = self._tick
        context = stream.codec_context
        context.time_base = self._tick
        context.sample_aspect_ratio = Fraction(1)  # frames are in square pixels
        context.colorspace = VUI_MATRIX[source.matrix or usual_matrix(width, height)]
        context.color_range = ColorRange.MPEG
        context.color_primaries, context.color_trc = PRIMARIES, TRANSFER
        if chosen.frame_threads and not at_once:
            context.thread_type = "FRAME"
        if not chosen.has_quality:
            context.bit_rate = round(width * height * source.frame_rate * _BITS_PER_PIXEL)
        if mp4 and chosen.mp4_tag is not None:
            context.codec_tag = chosen.mp4_tag
        return stream

    def _mux(self, packet: Packet[VideoStream]) -> None:
        """Writes the previous packet and holds this one: the last packet's duration is known only at the end."""
        held, self._held = self._held, packet
        packet.dts = _decoding_time(packet, None if held is None else held.dts)
        if self._first_dts is None:
            self._first_dts = packet.dts
        if held is not None:
            self._write(held)

    def _write(self, packet: Packet[VideoStream]) -> None:
        if self._sound is not None:
            self._sound.feed((packet.dts or 0) * packet.time_base)
        self._container.mux(packet)

    def _close_sound(self) -> None:
        if self._sound is not None:
            self._sound.close()


def _decoding_time(packet: Packet[VideoStream], before: int | None) -> int:
    """The packet's decoding time in ticks, which x265 does not set if there are only one or two frames."""
    shown, decoded = packet.pts or 0, packet.dts
    if decoded is not None and shown - LONGEST_STEP <= decoded <= shown:
        return decoded
    return shown if before is None else max(before + 1, min(shown, before + LONGEST_STEP))
