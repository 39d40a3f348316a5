"""What a video file says of itself that is unusual, in sentences."""

from __future__ import annotations

from fractions import Fraction
from typing import cast

from av.container import InputContainer
from av.format import Flags
from av.stream import Disposition
from av.video.stream import VideoStream

from app.frames import Note


def tracks_note(container: InputContainer, chosen: VideoStream) -> Note | None:
    """Says that the file has other videos; covers and other still pictures are none."""
    others = [
        stream
        for stream in container.streams.video
        if stream.index != chosen.index and not stream.disposition & Disposition.attached_pic
    ]
    if not others:
        return None
    return Note(
        "tracks left out",
        f"The file has {len(others) + 1} video tracks, and only track {chosen.index} is read.",
        tuple({"track": stream.index, "size": [stream.width, stream.height]} for stream in others),
    )


def late_note(origin: Fraction) -> Note:
    """Says that a video is a part of a longer recording, in a container whose clock usually starts at 0."""
    sentence = f"The video's clock begins at {float(origin):.3f} s, and times are counted from there."
    return Note("clock start", sentence, ({"time_s": 0.0, "clock_s": float(origin)},))


def clock_note(container: InputContainer, rate: Fraction) -> Note | None:
    """Says that times are made up because the file has none, as raw streams of cameras; None if it has."""
    is_raw = container.format.flags & cast("int", Flags.no_timestamps.value)
    # Pictures one after the other, such as Motion JPEG.
    if not is_raw and not container.format.name.endswith("_pipe"):
        return None
    return Note(
        "no clock",
        f"The file has no times: they were counted at {float(rate):g} frames per second, which may not be its rate.",
    )


def left_out_note(count: int) -> tuple[Note, ...]:
    """Says that a video begins within a group of pictures, as recordings of a broadcast do."""
    if not count:
        return ()
    pictures = "a picture that needs" if count == 1 else f"{count} pictures that need"
    return (Note("unreadable", f"The video begins with {pictures} earlier ones, which the file lacks: left out."),)


def joined_note() -> Note:
    """Says that a file was joined from several in a way in which this container cannot be joined."""
    return Note(
        "unreadable",
        "The file has another video after this one, as when files are joined byte by byte: only the first was read. "
        "Open the files one by one, or join them with a video program.",
    )
