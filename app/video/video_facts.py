"""What is known about a video once it is open."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import av.error
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from app.video.colour import matrix_of
from app.video.facts import DEFAULT_FRAME_RATE, SourceFacts
from app.video.index import Packets, read_packets
from app.video.opening import open_video
from app.video.packets import packets_of
from app.video.planes import is_writable
from app.video.reading import clock_restarts, container_time, is_end, packet_ticks, video_stream
from app.video.shape import Shape

_FAR = 1 << 62
"""Ticks, later than any time."""

LATE_S = 1
"""A track may start this many seconds after 0 in a container whose clock starts at 0. A later start of all tracks means
that the clock does not."""

READ_WHOLE_BYTES = 1 << 30
"""Files up to this size may be read as a whole when they are opened, without decoding them."""

_SHORT_BYTES = 8 << 20
"""A last group of pictures up to this size is read to know when the last picture is shown."""


def video_facts(
    path: Path,
    container: InputContainer,
    stream: VideoStream,
    first: VideoFrame,
    shape: Shape,
    packets: Packets | None,
) -> SourceFacts:
    """`first`: the first picture, which has this shape. `packets`: those of the whole track if they were read."""
    rate = _frame_rate(stream)
    time_base = Fraction(stream.time_base or 1 / rate)
    first_time = container_time(first, time_base)
    if first_time is None:
        first_time = _time_before_the_known_ones(path, 1 / rate)
    origin = _origin(container, first_time)
    end = packets.end if packets is not None else _end(container, stream, path.stat().st_size)
    duration = None if end is None else end - first_time
    if duration is None and container.duration:
        duration = Fraction(container.duration, av.time_base)
    count = _frame_count(stream) or (round(duration * rate) if duration else None)
    if packets is not None:
        count = sum(shown for _, _, shown in packets.times) or count
    return SourceFacts(
        path=path,
        kind="video",
        width=shape.size[0],
        height=shape.size[1],
        frame_rate=rate,
        time_base=time_base,
        frame_count=count,
        duration_s=float(duration) if duration else None,
        rotation_deg=shape.orientation.clockwise_deg,
        has_sound=bool(container.streams.audio),
        stored_size=(first.width, first.height),
        stored_pixel_aspect=shape.aspect,
        origin=origin,
        end=None if end is None else end - origin,
        clock_jumps=() if packets is None else packets.jumps,
        matrix=matrix_of(first) if is_writable(first, shape) else None,
    )


def _frame_rate(stream: VideoStream) -> Fraction:
    """Frames per second; FFmpeg's guess where its average is the clock's rate, as with raw DV (60,000)."""
    average, guess = stream.average_rate, stream.guessed_rate
    if average and guess and stream.time_base and average == 1 / stream.time_base and guess < average:
        return Fraction(guess)
    return Fraction(average or guess or DEFAULT_FRAME_RATE)


def _frame_count(stream: VideoStream) -> int:
    """The number of frames according to the container, without those that an edit list hides; 0 if unknown."""
    entries = stream.index_entries
    if stream.frames and len(entries) == stream.frames:
        return sum(not entry.is_discard for entry in entries)
    return stream.frames


def _origin(container: InputContainer, first_time: Fraction) -> Fraction:
    """The container's time that becomes 0.

    In containers whose clocks may start anywhere, that is the start of the earliest track. In others the clock starts
    at 0, unless the earliest track starts so late that the file must be a part of a longer recording. Sound from before
    0 is then an encoder's preparation, which is not heard.
    """
    tracks = (*container.streams.video, *container.streams.audio)
    starts = [s.start_time * s.time_base for s in tracks if s.start_time is not None and s.time_base is not None]
    earliest = min([first_time, *starts])
    if clock_restarts(container) or earliest > LATE_S:
        return earliest
    return min(Fraction(0), first_time)


def _time_before_the_known_ones(path: Path, period: Fraction) -> Fraction:
    """The time of the first frame if the container has none for it, by the first time that it has; 0 if none has one.

    FFmpeg gives no times to Matroska's pictures from before 0.
    """
    with open_video(path) as container:
        stream = video_stream(container, path)
        packets = read_packets(container, stream)
        if packets is None or not packets.times:
            return Fraction(0)
        first_known = min(tick for tick, _, _ in packets.times) * (stream.time_base or Fraction(1))
        return first_known - packets.untimed * period


def _end(container: InputContainer, stream: VideoStream, file_bytes: int) -> Fraction | None:
    """The time on the container's clock until which the last frame is shown, None if it is unknown."""
    end: Fraction | None = None
    if stream.duration and stream.time_base:
        end = ((stream.start_time or 0) + stream.duration) * stream.time_base
    # Matroska's header has one duration for all tracks, which may or may not include the time before their start.
    unsure = "matroska" in container.format.name and file_bytes <= READ_WHOLE_BYTES
    if unsure or _last_group_bytes(stream) <= _SHORT_BYTES:
        last = _last_packet(container, stream, has_durations=unsure)
        if last is not None and (unsure or end is None or last[0] >= end):
            return last[0] + last[1]
    return end


def _last_group_bytes(stream: VideoStream) -> int:
    """The size of what follows the last keyframe in the container's index; more than is short without an index."""
    entries = stream.index_entries
    total = 0
    for place in range(len(entries) - 1, -1, -1):
        entry = entries[place]
        total += entry.size
        if entry.is_keyframe:
            return total
        if total > _SHORT_BYTES:
            break
    return _SHORT_BYTES + 1


def _last_packet(
    container: InputContainer, stream: VideoStream, *, has_durations: bool
) -> tuple[Fraction, Fraction] | None:
    """The time of the packet that is shown last and how long it is shown, in seconds; None if it cannot be read.

    Without `has_durations`, a packet's duration may be the time until the next one is decoded, not until it is shown:
    the distance to the packet before counts instead.
    """
    shown: dict[int, int] = {}
    try:
        container.seek(_FAR, stream=stream)
        for packet in packets_of(container, stream):
            tick = packet_ticks(packet)
            if not is_end(packet) and tick is not None and not packet.is_discard:
                shown[tick] = packet.duration or 0
    except (av.error.FFmpegError, OSError):
        return None
    if not shown:
        return None
    *_, last = ticks = sorted(shown)
    by_distance = len(ticks) > 1 and not (has_durations and shown[last])
    length = last - ticks[-2] if by_distance else shown[last]
    time_base = stream.time_base or Fraction(1)
    return last * time_base, length * time_base
