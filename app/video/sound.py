"""Copies or encodes a source's sound for the video that is being written."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import av.error
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Discard

COPIED_CODECS: dict[str, frozenset[str]] = {
    "mp4": frozenset({"aac", "ac3", "alac", "eac3", "flac", "mp3", "opus"}),
    "mov": frozenset({"aac", "ac3", "alac", "eac3", "mp3", "pcm_s16be", "pcm_s16le", "pcm_s24be", "pcm_s24le"}),
    "matroska": frozenset(
        {"aac", "ac3", "alac", "dts", "eac3", "flac", "mp2", "mp3", "opus", "pcm_s16le", "pcm_s24le", "vorbis"}
    ),
}
"""By container: sound that is copied packet by packet. Any other sound is encoded as AAC."""

_AAC_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
"""Hz. Source: ISO/IEC 14496-3, table 1.18."""

_AAC_LAYOUTS = frozenset({"mono", "stereo", "3.0", "4.0", "5.0", "5.1", "7.1"})
_BIT_RATE_PER_CHANNEL = 96_000
_PARTS_LOST = "Parts of the sound could not be read and are missing."


class SoundTrack:
    """Writes the best sound track of a file to an output container, in step with the frames.

    The file is opened separately and read lazily, so memory use does not grow with the video. `shift` is the file's
    time in seconds that becomes 0 in the output; sound before `since` and after `until` is left out (both on the file's
    own clock, None for no limit).

    Thread: the writer's.
    """

    def __init__(
        self,
        path: Path,
        output: OutputContainer,
        *,
        shift: Fraction,
        since: Fraction | None = None,
        until: Fraction | None = None,
    ) -> None:
        self._output = output
        self._shift = shift
        self._since = since
        self._until = until
        self._input: InputContainer | None = None
        self._ready: Iterator[Packet[AudioStream]] = iter(())
        self._next: Packet[AudioStream] | None = None
        self._last_dts: int | None = None
        self.damage: str | None = None
        self.copied = False
        try:
            self._input = av.open(str(path), "r", metadata_errors="replace")
            source = self._input.streams.best("audio")
        except (av.error.FFmpegError, OSError):
            self.damage = "The sound could not be read, so the video has no sound."
            return
        if not isinstance(source, AudioStream):
            return
        if source.codec_context is None or not source.codec_context.sample_rate:
            self.damage = "The sound format cannot be decoded, so the video has no sound."
            return
        for stream in self._input.streams:
            if stream.index != source.index:
                stream.discard = Discard.all
        target = self._target_for_copies(source)
        self.copied = target is not None
        self._ready = (
            self._encoded(self._input, source) if target is None else self._copies(self._input, source, target)
        )
        self._advance()

    def feed(self, time: Fraction | None) -> None:
        """Writes the sound before `time` (seconds in the output); None writes everything that is left."""
        while (packet := self._next) is not None:
            if time is not None and (packet.dts or 0) * packet.time_base >= time:
                return
            self._output.mux(packet)
            self._advance()

    def close(self) -> None:
        """Closes the file. May be called twice."""
        self._ready, self._next = iter(()), None
        if self._input is not None:
            self._input.close()
            self._input = None

    def _advance(self) -> None:
        try:
            self._next = next(self._ready, None)
        except (av.error.FFmpegError, OSError):
            self._next = None
            self.damage = "The sound breaks off before the end of the video."

    def _target_for_copies(self, source: AudioStream) -> AudioStream | None:
        if source.codec_context.codec.canonical_name not in COPIED_CODECS[self._output.format.name]:
            return None
        try:
            return self._output.add_stream_from_template(source)
        except ValueError:
            # This build of FFmpeg does not support the codec in the container.
            return None

    def _within(self, start: Fraction, length: Fraction) -> bool:
        return self._since is None or start + length > self._since

    def _copies(
        self, container: InputContainer, source: AudioStream, target: AudioStream
    ) -> Iterator[Packet[AudioStream]]:
        for packet in container.demux(source):
            ticks = packet.pts if packet.pts is not None else packet.dts
            if packet.is_corrupt:
                self.damage = _PARTS_LOST
            if not packet.size or ticks is None or packet.is_corrupt:
                continue
            start = ticks * packet.time_base
            if self._until is not None and start >= self._until:
                return
            if not self._within(start, (packet.duration or 0) * packet.time_base):
                continue
            offset = round(self._shift / packet.time_base)
            packet.pts = ticks - offset
            packet.dts = (packet.dts if packet.dts is not None else ticks) - offset
            packet.stream = target
            yield self._rising(packet)

    def _encoded(self, container: InputContainer, source: AudioStream) -> Iterator[Packet[AudioStream]]:
        context = source.codec_context
        rate = context.sample_rate if context.sample_rate in _AAC_RATES else 48000
        layout = context.layout.name if context.layout.name in _AAC_LAYOUTS else "stereo"
        target = self._output.add_stream("aac", rate=rate, layout=layout)
        target.codec_context.bit_rate = _BIT_RATE_PER_CHANNEL * target.codec_context.layout.nb_channels
        resampler = AudioResampler(format="fltp", layout=layout, rate=rate)
        for frame in self._decoded(container, source):
            for part in resampler.resample(frame):
                for packet in target.encode(part):
                    yield self._rising(packet)
        for part in resampler.resample(None):
            for packet in target.encode(part):
                yield self._rising(packet)
        for packet in target.encode(None):
            yield self._rising(packet)

    def _decoded(self, container: InputContainer, source: AudioStream) -> Iterator[AudioFrame]:
        for packet in container.demux(source):
            try:
                frames = packet.decode()
            except av.error.EOFError:
                return
            except av.error.InvalidDataError:
                self.damage = _PARTS_LOST
                continue
            for frame in frames:
                if frame.pts is not None and frame.time_base is not None:
                    start = frame.pts * frame.time_base
                    if self._until is not None and start >= self._until:
                        return
                    if not self._within(start, Fraction(frame.samples, frame.sample_rate)):
                        continue
                    frame.pts -= round(self._shift / frame.time_base)
                yield frame

    def _rising(self, packet: Packet[AudioStream]) -> Packet[AudioStream]:
        """Makes decoding times strictly increasing: containers refuse others, and damaged files have them."""
        dts = packet.dts or 0
        if self._last_dts is not None and dts <= self._last_dts:
            dts = self._last_dts + 1
            packet.dts, packet.pts = dts, max(packet.pts or 0, dts)
        self._last_dts = dts
        return packet
