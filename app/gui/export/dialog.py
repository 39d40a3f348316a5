"""The export dialog, for one video or for several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.export.task import ExportTask
from app.gui.export.dialog_parts import AnalysisPart, OutputsPart, RangePart, ToExport
from app.gui.kit import number_format, theme
from app.gui.kit.overwrite_question import confirm_overwrite
from app.gui.kit.path_edit import PathEdit
from app.gui.panels.overlay_panel import OverlayPanel
from app.outputs.collisions import is_folder, is_there, output_key
from app.settings import AnalysisSettings, DetectorChoice, EngineChoice, Reference, Style

_NAME_SUFFIX = "-poses"
_FORBIDDEN = '/\\:*?"<>|'
_AS_MEASURED = Reference()


class ExportDialog(QDialog):
    """Collects the settings of an export. Once it is accepted, `tasks` are the exports to do.

    `snapshots` are keys and titles, `snapshot` is the key that is chosen at first. Style, detector, settings and
    reference are those of the window. `present_s` is the position of the video that is open, in seconds. `promised` are
    files that queued exports will write, so that no other export may write them. Before the dialog is accepted, it asks
    whether to overwrite existing files.
    """

    def __init__(
        self,
        videos: Sequence[ToExport],
        *,
        snapshots: Sequence[tuple[str, str]],
        snapshot: str,
        detector: DetectorChoice,
        settings: AnalysisSettings,
        style: Style,
        reference: Reference = _AS_MEASURED,
        engine: EngineChoice | None = None,
        present_s: float | None = None,
        promised: Collection[Path] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export"))
        self._videos = tuple(videos)
        self._engine = engine or EngineChoice()
        self._window_style, self._style = style, style
        self._reference = reference
        self._overwrite = False
        self._promised = frozenset(map(output_key, promised))
        first = self._videos[0]
        single = len(self._videos) == 1
        picture = all(video.is_picture for video in self._videos)
        sound = any(video.facts is None or video.facts.has_sound for video in self._videos)
        self.range = RangePart(first.end_s if single else None, present_s if single else None)
        self.analysis = AnalysisPart(snapshots, snapshot, detector, settings)
        self.outputs = OutputsPart(picture=picture, sound=sound and not picture)
        self.as_in_window = QCheckBox(self.tr("Same as in the w&indow"))
        self.overlay = OverlayPanel(mirror=False)
        self.use_reference = QCheckBox(self._reference_text())
        self.name = QLineEdit(first.stem + _NAME_SUFFIX if single else _NAME_SUFFIX)
        self.folder = PathEdit(self.tr("Folder"), self.tr("Choose folder"), folder=True)
        self.files = _quiet()
        self._single = single
        self._problem = QLabel()
        self._warning = QLabel()
        self._warning.setPixmap(theme.icon("warning").pixmap(18, 18))
        self._problem.setWordWrap(True)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._export = self._buttons.addButton(self.tr("&Export"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._lay_out(picture=picture)
        self._connect()
        self._check()

    @property
    def tasks(self) -> tuple[ExportTask, ...]:
        """One for each video. They replace only files that existed when the user agreed."""
        made = map(self._task, self._videos)
        return tuple(replace(task, overwrite=self._overwrite and any(map(is_there, task.outputs))) for task in made)

    @property
    def problem(self) -> str:
        """Why these settings cannot be exported; empty if they can."""
        return str(self._problem.text())

    def accept(self) -> None:
        """Asks first if files would be overwritten."""
        written = [path for task in self.tasks for path in task.outputs]
        note = self.tr("Existing files are replaced only when the export is complete.")
        confirm_overwrite(self, written, self._accept_overwrite, note=note)

    def _accept_overwrite(self) -> None:
        self._overwrite = True
        super().accept()

    def _task(self, video: ToExport) -> ExportTask:
        place = Path(self.folder.text) if self.folder.text else video.folder
        stem = self.name.text().strip() if self._single else video.stem + self.name.text().strip()
        since, until = self.range.limits
        outputs = self.outputs
        style = self._window_style if self.as_in_window.isChecked() else self._style
        return ExportTask(
            video.path,
            outputs.video_of(video, place, stem),
            outputs.tables_of(place, stem),
            snapshot=self.analysis.snapshot_key,
            engine=self._engine,
            detector=self.analysis.choice,
            settings=self.analysis.settings,
            style=replace(style, mirror=False),  # The table's boxes and angles are those of the source's picture.
            reference=self._reference if self.use_reference.isChecked() else _AS_MEASURED,
            since=since,
            until=until,
            video_options=outputs.video_options,
        )

    def _lay_out(self, *, picture: bool) -> None:
        about = QLabel(self._about())
        about.setFont(theme.tabular_digits(about.font(), scale=1.1, bold=True))
        self.as_in_window.setChecked(True)
        self.overlay.show_style(self._window_style)
        self.overlay.setContentsMargins(-theme.MARGIN, 0, -theme.MARGIN, 0)
        self.use_reference.setChecked(True)
        self.use_reference.setVisible(self._reference != _AS_MEASURED)
        names = QFormLayout()
        names.setVerticalSpacing(theme.SPACE)
        label = self.tr("&Name") if self._single else self.tr("&Added to each name")
        names.addRow(label, self.name)
        names.addRow(self.tr("F&older"), self.folder)
        names.addRow("", self.files)
        if not self._single:
            self.folder.edit.setPlaceholderText(self.tr("next to each video"))
        else:
            self.folder.edit.setText(str(self._videos[0].folder))
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * theme.MARGIN + theme.SPACE)
        grid.addLayout(_titled(self.tr("Range"), self.range), 0, 0)
        grid.addLayout(_titled(self.tr("Analysis"), self.analysis), 1, 0)
        grid.addLayout(_titled(self.tr("Overlays"), self.as_in_window, self.overlay), 0, 1, 2, 1)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        grid.setRowStretch(1, 1)
        self.range.setEnabled(not picture)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN + 4, theme.MARGIN + 4, theme.MARGIN + 4, theme.MARGIN + 4)
        column.setSpacing(theme.MARGIN + 4)
        column.addWidget(about)
        column.addLayout(grid)
        column.addLayout(_titled(self.tr("Output"), self.outputs, self.use_reference))
        column.addLayout(names)
        row = QHBoxLayout()
        row.addWidget(self._warning)
        row.addWidget(self._problem, 1)
        column.addLayout(row)
        column.addStretch()
        column.addWidget(self._buttons)
        self.setMinimumWidth(680)

    def _connect(self) -> None:
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        for part in (self.range, self.analysis, self.outputs):
            part.changed.connect(self._check)
        self.name.textChanged.connect(self._check)
        self.folder.edit.textChanged.connect(self._check)
        self.as_in_window.toggled.connect(self._check)
        self.overlay.style_changed.connect(self._set_style)

    def _set_style(self, style: Style) -> None:
        self._style = style

    def _check(self) -> None:
        self.overlay.setEnabled(self.outputs.video.isChecked() and not self.as_in_window.isChecked())
        self.as_in_window.setEnabled(self.outputs.video.isChecked())
        problem = self._find_problem()
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self._warning.setVisible(bool(problem))
        self._export.setEnabled(not problem)
        self._export.setToolTip(problem)
        self.files.setText(self._files_text())

    def _find_problem(self) -> str:
        parts = (self.outputs.problem(), self.range.problem(), self.analysis.problem(len(self._videos)))
        return next((text for text in parts if text), "") or self._find_name_problem() or self._find_folder_problem()

    def _find_folder_problem(self) -> str:
        folder = self.folder.text
        missing = bool(folder) and not is_folder(Path(folder))
        return self.tr("There is no folder {}. Choose another one.").format(folder) if missing else ""

    def _find_name_problem(self) -> str:
        name = self.name.text().strip()
        if self._single and not name:
            return self.tr("The files need a name.")
        wrong = next((letter for letter in name if letter in _FORBIDDEN), None)
        if wrong is not None:
            return self.tr("A name cannot contain “{}”.").format(wrong)
        written = [path for task in self.tasks for path in task.outputs]
        keys = [output_key(path) for path in written]
        for video in self._videos:
            if output_key(video.path) in keys:
                itself = self.tr("{} would be overwritten by its own export. Choose another name or folder.")
                return itself.format(video.path.name)
        promised = next((path for path, key in zip(written, keys, strict=True) if key in self._promised), None)
        if promised is not None:
            return self.tr("Another queued export already writes {}. Choose another name.").format(promised.name)
        numbers = Counter(keys)
        twice = next((path for path, key in zip(written, keys, strict=True) if numbers[key] > 1), None)
        if twice is not None:
            several = self.tr("Several videos would be exported to {}. Clear the folder to write next to each video.")
            return several.format(twice.name)
        return ""

    def _about(self) -> str:
        if not self._single:
            return self.tr("{} videos").format(len(self._videos))
        video = self._videos[0]
        if video.facts is None:
            return video.path.name
        facts = [video.path.name, f"{video.facts.width} × {video.facts.height}"]
        if not video.is_picture:
            if video.end_s is not None:
                facts.append(number_format.clock(video.end_s))
            if video.facts.frame_count is not None:
                facts.append(self.tr("{} frames").format(video.facts.frame_count))
        return "   ·   ".join(facts)

    def _reference_text(self) -> str:
        """How the window's angles differ from those that the published scripts report."""
        signs = self._reference.signs
        names = {"yaw": self.tr("yaw"), "pitch": self.tr("pitch"), "roll": self.tr("roll")}
        flipped = ", ".join(text for name, text in names.items() if getattr(signs, name) < 0)
        if self._reference.neutral is None:
            return self.tr("Use the window's signs (flipped: {})").format(flipped)
        if flipped:
            return self.tr("Use the window's neutral pose and signs (flipped: {})").format(flipped)
        return self.tr("Use the window's neutral pose")

    def _files_text(self) -> str:
        written = self._task(self._videos[0]).written
        names = ", ".join(path.name for path in written)
        return names if self._single or not written else self.tr("{}, …").format(names)


def _quiet() -> QLabel:
    label = QLabel()
    label.setObjectName("quiet")
    label.setFont(theme.quiet_font(label.font()))
    label.setWordWrap(True)
    return label


def _titled(title: str, *widgets: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(theme.SPACE)
    heading = QLabel(title)
    heading.setObjectName("sectionTitle")
    column.addWidget(heading)
    for widget in widgets:
        column.addWidget(widget)
    column.addStretch()
    return column
