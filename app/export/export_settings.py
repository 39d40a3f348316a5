"""Settings of exports apart from their source: the same for many videos, and what a preset keeps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from app.export.task import ExportTask, TableOutput
from app.outputs.tables import FORMATS
from app.settings import AUTO, AnalysisSettings, DetectorChoice, EngineChoice, Reference, Style
from app.video import SourceFacts, VideoOptions
from app.video.picture_files import PICTURE_SUFFIXES
from app.video.sink import PICTURE_OPTIONS
from detectors import DETECTORS

ADDED = "-poses"
"""What is usually added to a source's name."""


@dataclass(frozen=True, slots=True)
class ToExport:
    """A video, a picture or a folder to export. `facts` is None if it could not be opened."""

    path: Path
    facts: SourceFacts | None = None

    @property
    def is_picture(self) -> bool:
        return self.path.suffix.lower() in PICTURE_SUFFIXES and (self.facts is None or self.facts.kind == "picture")

    @property
    def is_folder(self) -> bool:
        return self.facts is not None and self.facts.kind == "folder"

    @property
    def end_s(self) -> float | None:
        if self.facts is None:
            return None
        return self.facts.duration_s if self.facts.end is None else float(self.facts.end)

    @property
    def folder(self) -> Path:
        return self.path.parent

    @property
    def stem(self) -> str:
        """The name without its extension; a folder has no extension."""
        return self.path.name if self.is_folder else self.path.stem


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """What is written of a source, where, and how it is analysed.

    `video`: an annotated video, or picture. `container`: the extension of videos. `pictures`: a folder of pictures
    becomes a folder of annotated pictures instead of a video. `table`: the name of a format, None for no table.
    `text`: the published text. `added`: added to the source's name. `folder`: None for the one of the source.
    """

    video: bool = True
    container: str = ".mp4"
    pictures: bool = True
    table: str | None = "csv"
    text: bool = False
    added: str = ADDED
    folder: Path | None = None
    snapshot: str | None = None
    engine: EngineChoice = EngineChoice()
    detector: DetectorChoice = DetectorChoice()
    settings: AnalysisSettings = AnalysisSettings()
    style: Style = Style()
    reference: Reference = Reference()
    video_options: VideoOptions = VideoOptions()

    def task(
        self, one: ToExport, *, stem: str | None = None, since: Fraction = Fraction(0), until: Fraction | None = None
    ) -> ExportTask:
        """The export of one source. `stem`: the name of its files, None for the source's name and what is added."""
        place = one.folder if self.folder is None else self.folder
        stem = one.stem + self.added if stem is None else stem
        return ExportTask(
            one.path,
            self._video(one, place, stem) if self.video else None,
            self._tables(place, stem),
            snapshot=self.snapshot,
            engine=self.engine,
            detector=self.detector,
            settings=self.settings,
            style=replace(self.style, mirror=False),  # The table's boxes and angles are those of the source's picture.
            reference=self.reference,
            since=since,
            until=until,
            video_options=self.video_options,
            as_pictures=self.video and self.pictures and one.is_folder,
        )

    def for_any_source(self) -> ExportSettings:
        """Without what belongs to one source: a box file, a region, a neutral pose, and a camera."""
        needs_boxes = any(kind.needs_boxes for kind in DETECTORS if kind.name == self.detector.name)
        detector = DetectorChoice(
            AUTO if needs_boxes else self.detector.name, replace(self.detector.options, region=None)
        )
        settings = self.settings.with_camera_of(AnalysisSettings())
        return replace(self, detector=detector, reference=Reference(signs=self.reference.signs), settings=settings)

    def _video(self, one: ToExport, place: Path, stem: str) -> Path:
        own = one.path.suffix.lower()
        if one.is_picture:
            return place / f"{stem}{own if own in PICTURE_OPTIONS else '.png'}"
        return place / (stem if self.pictures and one.is_folder else f"{stem}{self.container}")

    def _tables(self, place: Path, stem: str) -> tuple[TableOutput, ...]:
        tables = []
        if self.table is not None:
            chosen = next(one for one in FORMATS if one.name == self.table)
            tables.append(
                TableOutput(place / f"{stem}{chosen.suffix or '.csv'}", None if chosen.suffix else chosen.name)
            )
        if self.text:
            tables.append(TableOutput(place / f"{stem}.txt"))
        return tuple(tables)


def settings_of(task: ExportTask) -> ExportSettings:
    """The settings that gave this task."""
    formats = [table.kind.name for table in task.tables]
    known = ExportSettings()
    is_video = task.video is not None and not task.as_pictures and task.video.suffix.lower() not in PICTURE_OPTIONS
    return ExportSettings(
        video=task.video is not None,
        container=task.video.suffix.lower() if is_video and task.video is not None else known.container,
        pictures=task.as_pictures or not is_video,
        table=next((name for name in formats if name != "txt"), None),
        text="txt" in formats,
        folder=task.written[0].parent,
        snapshot=task.snapshot,
        engine=task.engine,
        detector=task.detector,
        settings=task.settings,
        style=task.style,
        reference=task.reference,
        video_options=task.video_options,
    )


def stem_of(task: ExportTask) -> str:
    """The name of the task's files without their extensions."""
    if task.as_pictures and task.video is not None:
        return task.video.name
    return task.written[0].stem
