"""Copies or encodes a source's sound for the video that is being written. Trouble with it never costs the video."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av.error
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet

from app.video.clock import SteadyClock
from app.video.continuous_sound import ContinuousSound
from app.video.packets import packets_of
from app.video.reading import clock_restarts
from app.video.sound_input import can_be_copied, is_large, opened_sound, track_count

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

_MOV_LANGUAGES = {
    "cze": "ces",
    "deu": "ger",
    "ell": "gre",
    "fre": "fra",
    "isl": "ice",
    "nld": "dut",
    "rum": "ron",
    "slo": "slk",
    "sqi": "alb",
    "swe": "sve",
    "zho": "chi",
}
"""Languages that MOV knows under another of their codes."""

_MOST_REFUSALS = 20
"""A container that refuses this many packets of a track gets no more of it."""

_PARTS_LOST = "Parts of the sound could not be read and are missing."
_NOT_READABLE = "The sound could not be read, so the video has no sound."
_NOT_DECODABLE = "The sound format cannot be decoded, so the video has no sound."
_BREAKS_OFF = "The sound breaks off before the end of the video."


class Sound:
    """All sound tracks of a file, written to an output container. The arguments are those of `SoundTrack`."""

    def __init__(
        self,
        path: Path,
        output: OutputContainer,
        *,
        shift: Fraction,
        since: Fraction | None = None,
        until: Fraction | None = None,
        jumps: Sequence[Fraction] = (),
    ) -> None:
        self.tracks = tuple(
            SoundTrack(path, output, place=place, shift=shift, since=since, until=until, jumps=jumps)
            for place in range(track_count(path))
        )

    @property
    def damage(self) -> str | None:
        """What is wrong with the sound, in one sentence for each kind of trouble; None if it is complete."""
        damages = [(number, track.damage) for number, track in enumerate(self.tracks, 1) if track.damage]
        if len(self.tracks) == 1:
            return damages[0][1] if damages else None
        return " ".join(f"Sound track {number}: {damage}" for number, damage in damages) or None

    def feed(self, time: Fraction | None) -> None:
        """Writes the sound before `time` (seconds in the output); None writes everything that is left."""
        for track in self.tracks:
            track.feed(time)

    def close(self) -> None:
        """Closes the file. May be called twice."""
        for track in self.tracks:
            track.close()


class SoundTrack:
    """Writes one sound track of a file to an output container, in step with the frames.

    The file is opened separately and read lazily, so memory use does not grow with the video. `place`: which of the
    file's sound tracks. `shift` is the file's time in seconds that becomes 0 in the output; sound before `since` and
    after `until` is left out (both on the file's own clock, None for no limit). Where that clock jumps, it goes on;
    `jumps` are the offsets that the picture has there.

    Sound that the container can hold is copied, unless it is damaged or changes its form midway: then it is encoded,
    with silence for what is missing. Whatever goes wrong ends up in `damage`; only errors of the disk are raised.

    Thread: the writer's.
    """

    def __init__(
        self,
        path: Path,
        output: OutputContainer,
        *,
        place: int = 0,
        shift: Fraction,
        since: Fraction | None = None,
        until: Fraction | None = None,
        jumps: Sequence[Fraction] = (),
    ) -> None:
        self._output = output
        self._shift = shift
        self._since = since
        self._until = until
        self._jumps = jumps
        self._input: InputContainer | None = None
        self._ready: Iterator[Packet[AudioStream]] = iter(())
        self._next: Packet[AudioStream] | None = None
        self._last_dts: int | None = None
        self._refused = 0
        self._is_large = False
        self.damage: str | None = None
        self.copied = False
        try:
            self._open(path, place)
        except (av.error.FFmpegError, OSError, ValueError):
            self.damage = _NOT_READABLE
        self._advance()

    def feed(self, time: Fraction | None) -> None:
        """Writes the sound before `time` (seconds in the output); None writes everything that is left."""
        while (packet := self._next) is not None:
            if time is not None and (packet.dts or 0) * packet.time_base >= time:
                return
            self._write(packet)
            self._advance()

    def close(self) -> None:
        """Closes the file. May be called twice."""
        self._ready, self._next = iter(()), None
        if self._input is not None:
            self._input.close()
            self._input = None

    def _open(self, path: Path, place: int) -> None:
        self._input, source = opened_sound(path, place)
        self._is_large = clock_restarts(self._input) and is_large(path)
        context = source.codec_context
        if context is None or not context.sample_rate:
            self.damage = _NOT_DECODABLE
            return
        if context.codec.canonical_name in COPIED_CODECS[self._output.format.name] and can_be_copied(path, place):
            copies = self._copies(self._input, source)
            first = next(copies, None)
            if first is None:
                if self._since is None and self._until is None:
                    self.damage = _NOT_READABLE
                return
            try:
                target = self._output.add_stream_from_template(source)
            except ValueError:
                # This build of FFmpeg does not support the codec in the container.
                self._input.close()
                self._input, source = opened_sound(path, place)
            else:
                self.copied = True
                self._named(target, source)
                self._ready = self._sent(itertools.chain((first,), copies), target)
                return
        sounds = self._sounds(self._input, source)
        start = next(sounds, None)
        if start is None:
            self.damage = self.damage and _NOT_DECODABLE
            return
        self._ready = self._encoded(itertools.chain((start,), sounds), self._aac_track(source))

    def _aac_track(self, source: AudioStream) -> AudioStream:
        context = source.codec_context
        rate = context.sample_rate if context.sample_rate in _AAC_RATES else 48000
        layout = context.layout.name if context.layout.name in _AAC_LAYOUTS else "stereo"
        target = self._output.add_stream("aac", rate=rate, layout=layout)
        target.codec_context.bit_rate = _BIT_RATE_PER_CHANNEL * target.codec_context.layout.nb_channels
        self._named(target, source)
        return target

    def _named(self, target: AudioStream, source: AudioStream) -> None:
        tags = {name.lower(): text for name, text in source.metadata.items()}
        # MP4 and MOV call a track's title its name.
        language = tags.get("language", "und")
        if self._output.format.name == "mov":
            language = _MOV_LANGUAGES.get(language, language)
        kept = {"language": language, "title": tags.get("title") or tags.get("name", "")}
        target.metadata.update({name: text for name, text in kept.items() if text not in ("", "und")})
        if len(source.container.streams.audio) > 1:
            target.disposition = source.disposition

    def _advance(self) -> None:
        try:
            self._next = next(self._ready, None)
        except (av.error.FFmpegError, OSError, ValueError):
            self._end(_BREAKS_OFF)

    def _write(self, packet: Packet[AudioStream]) -> None:
        try:
            self._send(packet)
        except av.error.FFmpegError as error:
            if isinstance(error, OSError):
                raise
            self._refused += 1
            self.damage = _PARTS_LOST
            if self._refused >= _MOST_REFUSALS:
                self._end(_BREAKS_OFF)

    def _send(self, packet: Packet[AudioStream]) -> None:
        self._output.mux(packet)

    def _end(self, damage: str) -> None:
        self._ready, self._next = iter(()), None
        self.damage = damage

    def _sent(self, packets: Iterator[Packet[AudioStream]], target: AudioStream) -> Iterator[Packet[AudioStream]]:
        for packet in packets:
            packet.stream = target
            yield packet

    def _copies(self, container: InputContainer, source: AudioStream) -> Iterator[Packet[AudioStream]]:
        clock = self._clock()
        length = Fraction(0)
        for packet in packets_of(container, source):
            ticks = packet.pts if packet.pts is not None else packet.dts
            if packet.is_corrupt:
                self.damage = _PARTS_LOST
            if not packet.size or ticks is None or packet.is_corrupt:
                continue
            base = packet.time_base
            start = clock.steady(ticks * base, length)
            length = max(0, packet.duration or 0) * base
            if self._until is not None and start >= self._until:
                return
            if self._since is not None and start + length <= self._since:
                continue
            offset = ticks - round((start - self._shift) / base)
            packet.pts = ticks - offset
            packet.dts = (packet.dts if packet.dts is not None else ticks) - offset
            if (rising := self._rising(packet)) is not None:
                yield rising

    def _rising(self, packet: Packet[AudioStream]) -> Packet[AudioStream] | None:
        """Makes decoding times strictly increasing, as containers demand. None for sound that is there already."""
        dts = min(packet.dts or 0, packet.pts or 0)
        if self._last_dts is not None and dts <= self._last_dts:
            if self._last_dts - dts > (packet.duration or 0):
                return None
            dts = self._last_dts + 1
        packet.dts, packet.pts = dts, max(packet.pts or 0, dts)
        self._last_dts = dts
        return packet

    def _sounds(self, container: InputContainer, source: AudioStream) -> Iterator[tuple[Fraction | None, AudioFrame]]:
        """The decoded sound, each with its time in seconds in the output, None if it has none."""
        clock = self._clock()
        length = Fraction(0)
        for frame in self._decoded(container, source):
            if frame.pts is None or frame.time_base is None or not frame.sample_rate:
                yield None, frame
                continue
            start = clock.steady(frame.pts * frame.time_base, length)
            length = Fraction(frame.samples, frame.sample_rate)
            if self._until is not None and start >= self._until:
                return
            if self._since is None or start + length > self._since:
                yield start - self._shift, frame

    def _clock(self) -> SteadyClock:
        """A pause of the sound alone is no jump; jumps of the picture are not known of large files."""
        return SteadyClock(restarts=bool(self._jumps) or self._is_large, known=self._jumps)

    def _decoded(self, container: InputContainer, source: AudioStream) -> Iterator[AudioFrame]:
        for packet in packets_of(container, source):
            if packet.is_corrupt:
                self.damage = _PARTS_LOST
                continue
            try:
                yield from packet.decode()
            except av.error.EOFError:
                return
            except av.error.FFmpegError:
                self.damage = _PARTS_LOST

    def _encoded(
        self, sounds: Iterator[tuple[Fraction | None, AudioFrame]], target: AudioStream
    ) -> Iterator[Packet[AudioStream]]:
        rate, layout = target.codec_context.sample_rate, target.codec_context.layout.name
        line = ContinuousSound(rate, layout)
        for start, frame in sounds:
            try:
                parts = line.add(frame, start)
            except (ValueError, av.error.FFmpegError):
                self.damage = _PARTS_LOST
                continue
            for part in parts:
                yield from target.encode(part)
        for part in line.rest():
            yield from target.encode(part)
        yield from target.encode(None)
