"""A picture, or a folder of pictures, as a source of frames."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Self

from app.errors import SourceError
from app.frames import Frame, Note
from app.video.facts import DEFAULT_FRAME_RATE, SourceFacts, SourceKind, always
from app.video.picture_files import PICTURE_SUFFIXES, PictureFile, open_picture
from detectors import BgrImage

_PERIOD = 1 / DEFAULT_FRAME_RATE


def natural_key(path: Path) -> list[tuple[int, int, str]]:
    """A sort key that compares numbers in file names by value: `shot2` before `shot10`."""
    parts = re.findall(r"(\d+)|(\D+)", path.name.lower())
    return [(0, int(digits), "") if digits else (1, 0, text) for digits, text in parts]


class Pictures:
    """One picture, or several at 25 frames per second. The pictures of a folder may differ in size.

    `Frame.index` and `Frame.time` are the picture's place in the folder: one that cannot be read leaves a gap, so that
    the others keep their numbers. `Frame.name` is the name of its file.
    """

    def __init__(self, path: Path, paths: tuple[Path, ...], *, kind: SourceKind) -> None:
        self._paths = paths
        self._damage: str | None = None
        self._readable: set[int] = set()
        self._unreadable: dict[int, str] = {}
        self._several: dict[int, int] = {}
        self._sizes: dict[int, tuple[int, int]] = {}
        first = self._first_readable()
        height, width = first.shape[:2]
        self.facts = SourceFacts(
            path=path,
            kind=kind,
            width=width,
            height=height,
            frame_rate=DEFAULT_FRAME_RATE,
            time_base=_PERIOD,
            frame_count=len(paths),
            duration_s=float(len(paths) * _PERIOD),
            end=len(paths) * _PERIOD,
            file_names=tuple(_text(path.name) for path in paths),
        )

    @classmethod
    def of_file(cls, path: Path) -> Pictures:
        """A single picture. Raises SourceError if it cannot be read."""
        return cls(path, (path,), kind="picture")

    @classmethod
    def of_folder(cls, folder: Path) -> Pictures:
        """The pictures directly in a folder, in natural order. Raises SourceError if there are none.

        Hidden files are left out, such as the `._` companions that a Mac writes beside each file.
        """
        try:
            found = [entry for entry in folder.iterdir() if entry.suffix.lower() in PICTURE_SUFFIXES]
            visible = [entry for entry in found if not entry.name.startswith(".") and entry.is_file()]
        except OSError as error:
            raise SourceError(f"The folder {folder} cannot be read: {error.strerror or error}.") from error
        if not visible:
            raise SourceError(
                f"The folder {folder} contains no pictures.", advice="Choose a video, or a folder with pictures."
            )
        return cls(folder, tuple(sorted(visible, key=natural_key)), kind="folder")

    @property
    def damage(self) -> str | None:
        return self._damage

    @property
    def notes(self) -> tuple[Note, ...]:
        return tuple(note for note in (self._unreadable_note(), self._several_note(), self._sizes_note()) if note)

    def frames(self, start: Fraction = Fraction(0), *, wanted: Callable[[], bool] = always) -> Iterator[Frame]:
        """As `Source.frames`. Pictures that cannot be read are left out; `damage` and `notes` name them.

        If `start` is after the last picture that can be read, only that picture is returned.
        """
        self._damage = None
        first = min(max(0, int(start / _PERIOD)), len(self._paths) - 1)
        # A picture is shown until the next one that can be read.
        shown = next((frame for place in range(first, -1, -1) if wanted() and (frame := self._frame(place))), None)
        any_read = shown is not None
        if shown is not None:
            yield shown
        for place in range(first + 1, len(self._paths)):
            if not wanted():
                return
            if (frame := self._frame(place)) is not None:
                any_read = True
                yield frame
        if not any_read and wanted():
            raise SourceError(f"None of the pictures in {self.facts.path} can be read.")
        lost = self._names_of(self._unreadable)
        if lost:
            names = f"{lost[0]} and {len(lost) - 1} more" if len(lost) > 1 else lost[0]
            self._damage = f"{names} could not be read and {'were' if len(lost) > 1 else 'was'} left out."

    def close(self) -> None:
        """Does nothing: no file stays open between pictures."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _frame(self, place: int) -> Frame | None:
        try:
            picture = open_picture(self._paths[place])
        except SourceError as error:
            self._unreadable[place] = error.message
            return None
        self._unreadable.pop(place, None)
        self._remember(place, picture)
        return Frame(picture.image, place, place * _PERIOD, name=self.facts.file_names[place])

    def _remember(self, place: int, picture: PictureFile) -> None:
        height, width = picture.image.shape[:2]
        self._sizes[place] = width, height
        if picture.pictures > 1:
            self._several[place] = picture.pictures

    def _names_of(self, places: Iterable[int]) -> list[str]:
        return [self.facts.file_names[place] for place in sorted(places)]

    def _unreadable_note(self) -> Note | None:
        if not self._unreadable:
            return None
        return Note(
            "unreadable",
            "The pictures that could be read keep their places in the folder as frame numbers.",
            self._places({place: {"reason": reason} for place, reason in self._unreadable.items()}),
        )

    def _several_note(self) -> Note | None:
        if not self._several:
            return None
        names = self._names_of(self._several)
        files = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more files"
        return Note(
            "several pictures",
            f"Only the first or main picture of {files} was read, and the others in the file were left out.",
            self._places({place: {"pictures": count} for place, count in self._several.items()}),
        )

    def _sizes_note(self) -> Note | None:
        sizes = dict.fromkeys(size for _, size in sorted(self._sizes.items()))
        if len(sizes) < 2:
            return None
        known = self._sizes
        changes = [place for before, place in pairwise(sorted(known)) if known[before] != known[place]]
        shown = ", ".join(f"{width}×{height}" for width, height in list(sizes)[:3])
        more = f" and {len(sizes) - 3} more" if len(sizes) > 3 else ""
        return Note(
            "size change",
            f"The pictures have {len(sizes)} sizes ({shown}{more}): each is analysed in its own size.",
            self._places({place: {"size": list(known[place])} for place in changes}),
        )

    def _places(self, facts: Mapping[int, Mapping[str, object]]) -> tuple[Mapping[str, object], ...]:
        names = self.facts.file_names
        return tuple({"frame": place, "file": names[place], **facts[place]} for place in sorted(facts))

    def _first_readable(self) -> BgrImage:
        failures: list[SourceError] = []
        for path in self._paths:
            try:
                return open_picture(path).image
            except SourceError as error:
                failures.append(error)
        raise failures[0]


def _text(name: str) -> str:
    """The name of a file as text that can be written anywhere; bytes that are not text become question marks."""
    return name.encode("utf-8", "replace").decode()
