"""What a written video takes over from its source beside pictures and sound: titles, times of recording, chapters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av.error
from av.container import InputContainer
from av.stream import Stream

from app.frames import Note
from app.video.opening import open_file

if TYPE_CHECKING:
    from av.container.core import Chapter  # exists only in the stubs

CARRIED_TAGS = ("title", "creation_time", "date", "artist", "comment", "description", "copyright")
"""Place and device of a recording are not taken over: who shares an annotated video may not think of them."""

_TIMECODE = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})([:;.])(\d{2})")
_MOST_PER_SECOND = 255
"""MOV and MP4 cannot count more frames in a second of a timecode, and notice it only when the file is closed."""

_CHAPTER_TICK = Fraction(1, 1000)


@dataclass(frozen=True, slots=True)
class Carried:
    """What a written video takes over. `timecode` is that of its first frame; `left_out` says what it does not have."""

    tags: Mapping[str, str] = field(default_factory=dict)
    timecode: str | None = None
    chapters: tuple[Chapter, ...] = ()
    left_out: Note | None = None


NOTHING = Carried()


def carried_from(path: Path, *, origin: Fraction, since: Fraction, until: Fraction | None, rate: Fraction) -> Carried:
    """What is taken over from the video at `path`; nothing if it cannot be read.

    `since`, `until`: the part that is written, in seconds after `origin` on the file's own clock. `rate`: frames per
    second.
    """
    try:
        with open_file(path) as container:
            tags = {name.lower(): text for name, text in container.metadata.items()}
            return Carried(
                {name: tags[name] for name in CARRIED_TAGS if tags.get(name)},
                _timecode(container, since, rate),
                _chapters(container, origin + since, None if until is None else until - since),
                _left_out(container),
            )
    except (av.error.FFmpegError, OSError):
        return NOTHING


def shifted_timecode(timecode: str, since: Fraction, rate: Fraction) -> str | None:
    """The timecode (hh:mm:ss:ff, or hh:mm:ss;ff with dropped numbers) so many seconds later; None if it is not valid.

    Source: SMPTE ST 12-1: of 29.97 frames per second, numbers 0 and 1 are dropped in each minute but every tenth.
    """
    match = _TIMECODE.fullmatch(timecode.strip())
    per_second = round(rate)
    if match is None or not int(match[5]) < per_second <= _MOST_PER_SECOND:
        return None
    hours, minutes, seconds, frames = (int(match[place]) for place in (1, 2, 3, 5))
    dropped = per_second // 15 if match[4] in ";." else 0
    minute = 60 * hours + minutes
    number = (60 * minute + seconds) * per_second + frames - dropped * (minute - minute // 10)
    number = (number + round(since * rate)) % (24 * 6 * _per_ten_minutes(per_second, dropped))
    tens, rest = divmod(number, _per_ten_minutes(per_second, dropped))
    per_minute = 60 * per_second - dropped
    skipped = max(0, (rest - dropped) // per_minute) if dropped else 0
    number += dropped * (9 * tens + skipped)
    seconds, frames = divmod(number, per_second)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{match[4]}{frames:02}"


def _per_ten_minutes(per_second: int, dropped: int) -> int:
    return 600 * per_second - 9 * dropped


def _timecode(container: InputContainer, since: Fraction, rate: Fraction) -> str | None:
    for tags in (container.metadata, *(stream.metadata for stream in container.streams)):
        for name, text in tags.items():
            if name.lower() == "timecode":
                return shifted_timecode(text, since, rate)
    return None


def _chapters(container: InputContainer, start: Fraction, length: Fraction | None) -> tuple[Chapter, ...]:
    kept: list[Chapter] = []
    for chapter in container.chapters():
        base = chapter["time_base"] or _CHAPTER_TICK
        begin, end = max(Fraction(0), chapter["start"] * base - start), chapter["end"] * base - start
        end = end if length is None else min(end, length)
        if begin < end:
            first, last = round(begin / _CHAPTER_TICK), round(end / _CHAPTER_TICK)
            chapter |= {"id": len(kept), "start": first, "end": last, "time_base": _CHAPTER_TICK}
            kept.append(chapter)
    return tuple(kept)


def _left_out(container: InputContainer) -> Note | None:
    """Says which tracks are not taken over; the source itself says it of further videos."""
    kinds = Counter[str]()
    chapters = len(container.chapters())
    for stream in container.streams:
        if stream.type in ("subtitle", "data", "attachment") and not _is_carried(stream, chapters):
            kinds[stream.type] += 1
    counted = [f"{count} {kind} track{'s' if count > 1 else ''}" for kind, count in kinds.items()]
    return (
        Note("tracks left out", f"The written video does not have {listed(counted)} of the source.")
        if counted
        else None
    )


def _is_carried(stream: Stream, chapters: int) -> bool:
    """Whether it is the track in which MOV and MP4 keep the timecode, or their chapters' titles."""
    has_timecode = any(name.lower() == "timecode" for name in stream.metadata)
    return has_timecode or stream.name == "bin_data" or (chapters > 0 and stream.frames == chapters)


def listed(things: Sequence[str]) -> str:
    """Names in a sentence: a, b and c. At least one."""
    return " and ".join((", ".join(things[:-1]), things[-1])) if len(things) > 1 else things[0]
