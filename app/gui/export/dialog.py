"""The export dialog, for one video or for several."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
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

from app.export.conflicts import Examined, examined
from app.export.export_settings import ADDED, ExportSettings, ToExport, settings_of, stem_of
from app.export.task import ExportTask
from app.gui.export.dialog_frame import Around, FileList, quiet, titled
from app.gui.export.dialog_parts import AnalysisPart, RangePart
from app.gui.export.dialog_texts import about, conflict_text, reference_text, shown_name
from app.gui.export.outputs_part import OutputsPart
from app.gui.export.preset_row import PresetRow
from app.gui.kit import theme
from app.gui.kit.overwrite_question import confirm_overwrite
from app.gui.kit.path_edit import PathEdit
from app.gui.kit.source_names import source_name
from app.gui.kit.tall_area import TallArea
from app.gui.panels.overlay_panel import OverlayPanel
from app.outputs.collisions import is_folder
from app.settings import Reference, Style

_FORBIDDEN = '/\\:*?"<>|'
_AS_MEASURED = Reference()
_FEW = 20
"""So many videos are examined at once; more in a worker, because the disk is asked about every file."""

_NAME_PX = 200
"""A longer name is elided, and complete in the tool tip."""

_NOTHING = Examined((), None, ())


class ExportDialog(QDialog):
    """Collects the settings of an export. Once it is accepted, `tasks` are the exports to do.

    `edited` is the task of a queued export whose settings are changed, and `preset` the name of its preset. `note` is
    shown below the title. Before the dialog is accepted, it asks what to do if files exist.
    """

    def __init__(
        self,
        videos: Sequence[ToExport],
        around: Around,
        *,
        edited: ExportTask | None = None,
        preset: str = "",
        note: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export") if edited is None else self.tr("Settings of an export"))
        self._videos = tuple(videos)
        self._around = around
        self._base = around.settings
        self._style = self._window_style = around.settings.style
        self._reference = around.settings.reference
        self._examined = _NOTHING
        self._examining = 0
        self._overwrite = False
        first = self._videos[0]
        self._single = single = len(self._videos) == 1
        picture = all(video.is_picture for video in self._videos)
        folders = all(video.is_folder for video in self._videos)
        sound = any(video.facts is None or video.facts.has_sound for video in self._videos)
        self.range = RangePart(
            first.end_s if single else None,
            around.present_s if single else None,
            pictures=first.facts.frame_count if single and first.is_folder and first.facts is not None else None,
        )
        if single:
            self.range.show_marked(*around.marked)
        self.analysis = AnalysisPart(
            around.snapshots, around.settings.snapshot or "", around.settings.detector, around.settings.settings
        )
        self.outputs = OutputsPart(picture=picture, folders=folders, sound=sound and not picture and not folders)
        self.preset = (
            None if around.presets is None else PresetRow(around.presets, lambda: self.settings, self._is_same)
        )
        self.as_in_window = QCheckBox(self.tr("Same as in the w&indow"))
        self.overlay = OverlayPanel(mirror=False)
        self.use_reference = QCheckBox(self)
        self.name = QLineEdit(first.stem + ADDED if single else ADDED)
        self.folder = PathEdit(self.tr("Folder"), self.tr("Choose folder"), folder=True)
        self.files = FileList(self.tr("Files that will be written"))
        self.skip = QCheckBox(self)  # Laid out only if there are several videos.
        self._problem = QLabel(self)
        self._warning = QLabel(self)
        self._warning.setPixmap(theme.icon("warning").pixmap(18, 18))
        self._problem.setWordWrap(True)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        title = self.tr("&Export") if edited is None else self.tr("Sa&ve")
        self._export = self._buttons.addButton(title, QDialogButtonBox.ButtonRole.AcceptRole)
        self.range.setEnabled(not picture)
        if picture or folders:
            self.analysis.leave_unsmoothed()
        self._note = note
        self._show_place()
        self._show_base()
        if edited is not None:
            self._show_task(edited, preset)
        self._connect()
        self._check()

    def lay_out(self) -> None:
        """Lays the dialog out, before it is shown: making it, this and showing it may have a turn each."""
        if self.layout() is None:
            column = self._lay_out()
            column.activate()
            self._fit(column.sizeHint().height())

    def setVisible(self, visible: bool) -> None:  # noqa: N802 - Qt's name
        if visible:
            self.lay_out()
        super().setVisible(visible)

    @property
    def tasks(self) -> tuple[ExportTask, ...]:
        """One for each video. They replace only files that existed when the user agreed."""
        found = self._examined
        if self.skip.isChecked():
            return found.new_tasks
        pairs = zip(found.tasks, found.existing, strict=True)
        return tuple(replace(task, overwrite=self._overwrite and bool(paths)) for task, paths in pairs)

    @property
    def settings(self) -> ExportSettings:
        """What is chosen, without the range and the name of a single video."""
        first, name, place = self._videos[0], self.name.text().strip(), self.folder.text
        added = name.removeprefix(first.stem) if self._single and name.startswith(first.stem) else name
        chosen = self.outputs.applied(self._base)
        return replace(
            chosen,
            added=self._base.added if self._single and added == name else added,
            folder=None if not place or (self._single and Path(place) == first.folder) else Path(place),
            snapshot=self.analysis.snapshot_key,
            detector=self.analysis.choice,
            settings=self.analysis.settings,
            style=self._window_style if self.as_in_window.isChecked() else self._style,
            reference=self._reference if self.use_reference.isChecked() else _AS_MEASURED,
        )

    @property
    def preset_name(self) -> str:
        """The preset that the settings are from; empty if they were changed, or are from none."""
        return "" if self.preset is None else self.preset.name

    @property
    def problem(self) -> str:
        """Why these settings cannot be exported; empty if they can."""
        return str(self._problem.text())

    def accept(self) -> None:
        """Asks first if files would be overwritten. They are looked for once more."""
        self._check(then=self._ask_and_accept)

    def _ask_and_accept(self) -> None:
        found = self._examined
        if self.problem:
            return
        note = self.tr("Existing files are replaced only when the export is complete.")
        skip = None if self._single or not found.new_tasks else self._accept_skipping
        existing = () if self.skip.isChecked() else found.existing_files
        confirm_overwrite(self, existing, self._accept_overwrite, note=note, skip=skip)

    def show_settings(self, settings: ExportSettings) -> None:
        """Chooses these settings, for example a preset's. What belongs to one source stays as it is."""
        boxes = self.analysis.choice.boxes
        analysis = settings.settings.with_camera_of(self._around.settings.settings)
        self._base = replace(settings, detector=replace(settings.detector, boxes=boxes), settings=analysis)
        if settings.reference != _AS_MEASURED:
            around = self._around.settings.reference
            self._reference = replace(around, signs=settings.reference.signs)
        self._show_base()
        self.use_reference.setChecked(settings.reference != _AS_MEASURED)
        self.name.setText(self._videos[0].stem + settings.added if self._single else settings.added)
        folder = settings.folder or (self._videos[0].folder if self._single else None)
        self.folder.edit.setText("" if folder is None else str(folder))
        self._check()

    def _is_same(self, preset: ExportSettings, settings: ExportSettings) -> bool:
        """Whether these settings do what the preset does; for a single video, whatever does not concern it may differ.

        A preset without a snapshot means the default one, which the settings name.
        """
        given, chosen = (self._with_snapshot(one).for_any_source() for one in (preset, settings))
        video = self._videos[0]
        return given == chosen or (self._single and given.task(video) == chosen.task(video))

    def _with_snapshot(self, settings: ExportSettings) -> ExportSettings:
        return replace(settings, snapshot=settings.snapshot or self._around.default_snapshot or None)

    def _accept_overwrite(self) -> None:
        self._overwrite = True
        super().accept()

    def _accept_skipping(self) -> None:
        self.skip.setChecked(True)
        super().accept()

    def _show_place(self) -> None:
        self.skip.setVisible(not self._single)
        if not self._single:
            self.folder.edit.setPlaceholderText(self.tr("next to each video"))
        place = self._base.folder or (self._videos[0].folder if self._single else None)
        self.folder.edit.setText("" if place is None else str(place))

    def _show_base(self) -> None:
        base = self._base
        self.analysis.show_settings(self._with_snapshot(base))
        self.outputs.show_settings(base)
        self._style = base.style
        self.as_in_window.setChecked(replace(base.style, mirror=False) == replace(self._window_style, mirror=False))
        self.overlay.show_style(base.style)
        self._show_reference()

    def _leave_neutral(self, corrects: bool) -> None:
        """The neutral pose was set with the window's correction of perspective: with another, angles would be wrong."""
        if corrects != self._around.settings.settings.correct_perspective and self._reference.neutral is not None:
            self.use_reference.setChecked(False)

    def _show_reference(self) -> None:
        name = source_name(self._reference.neutral_source)
        taken_in = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, _NAME_PX)
        self.use_reference.setText(reference_text(self._reference, taken_in))
        self.use_reference.setToolTip(name)
        self.use_reference.setVisible(self._reference != _AS_MEASURED)
        self.use_reference.setChecked(self._reference != _AS_MEASURED)

    def _show_task(self, task: ExportTask, preset: str) -> None:
        self._base = settings_of(task)
        self._reference = task.reference if task.reference != _AS_MEASURED else self._reference
        self._show_base()
        self.use_reference.setChecked(task.reference != _AS_MEASURED)
        self.range.show_limits(task.since, task.until)
        self.name.setText(stem_of(task))
        self.folder.edit.setText(str(task.written[0].parent))
        if self.preset is not None:
            self.preset.show_name(preset)

    def _lay_out(self) -> QVBoxLayout:
        title = QLabel(about(self._videos))
        title.setFont(theme.tabular_digits(title.font(), scale=1.1, bold=True))
        self.overlay.setContentsMargins(-theme.MARGIN, 0, -theme.MARGIN, 0)
        # From the outside inwards: each time that a widget gets a parent, Qt styles all of its content anew.
        whole, area, content = QVBoxLayout(self), TallArea(), QWidget()
        whole.setContentsMargins(theme.MARGIN + 4, theme.MARGIN + 4, theme.MARGIN + 4, theme.MARGIN + 4)
        whole.setSpacing(theme.MARGIN)
        whole.addWidget(area)
        area.setWidget(content)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, theme.SPACE, 0)
        column.setSpacing(theme.MARGIN + 4)
        column.addWidget(title)
        if self._note:
            column.addWidget(quiet(self._note))
        if self.preset is not None:
            column.addWidget(self.preset)
        column.addLayout(self._choices())
        column.addLayout(titled(self.tr("Output"), self.outputs, self.use_reference))
        column.addLayout(self._names())
        column.addStretch()
        problem = QHBoxLayout()
        problem.addWidget(self._warning)
        problem.addWidget(self._problem, 1)
        whole.addLayout(problem)
        whole.addWidget(self._buttons)
        return column

    def _fit(self, height: int) -> None:
        """As high as the content, or as the screen allows; the rest is scrolled."""
        around = 3 * theme.MARGIN + self._buttons.sizeHint().height() + self._problem.sizeHint().height() + theme.SPACE
        room = self.screen().availableSize() - theme.FRAME
        self.resize(max(720, self.minimumSizeHint().width()), min(height + around, room.height()))

    def _choices(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * theme.MARGIN + theme.SPACE)
        grid.addLayout(titled(self.tr("Range"), self.range), 0, 0)
        grid.addLayout(titled(self.tr("Analysis"), self.analysis), 1, 0)
        grid.addLayout(titled(self.tr("Overlays"), self.as_in_window, self.overlay), 0, 1, 2, 1)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        grid.setRowStretch(1, 1)
        return grid

    def _names(self) -> QFormLayout:
        names = QFormLayout()
        names.setVerticalSpacing(theme.SPACE)
        names.addRow(self.tr("&Name") if self._single else self.tr("&Added to each name"), self.name)
        folder = QLabel(self.tr("F&older"))
        folder.setBuddy(self.folder.edit)
        names.addRow(folder, self.folder)
        names.addRow(self.tr("Files"), self.files)
        if not self._single:
            names.addRow("", self.skip)
        return names

    def _connect(self) -> None:
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        for part in (self.range, self.analysis, self.outputs):
            part.changed.connect(self._check)
        self.name.textChanged.connect(self._check)
        self.folder.edit.textChanged.connect(self._check)
        self.as_in_window.toggled.connect(self._check)
        self.use_reference.toggled.connect(self._check)
        self.analysis.perspective.toggled.connect(self._leave_neutral)
        self.skip.toggled.connect(self._check)
        self.overlay.style_changed.connect(self._set_style)
        if self.preset is not None:
            self.preset.chosen.connect(self.show_settings)

    def _set_style(self, style: Style) -> None:
        self._style = style
        self._check()

    # Checking

    def _check(self, *_: object, then: Callable[[], object] = lambda: None) -> None:
        """Looks for problems, and then calls `then`, unless something is changed meanwhile."""
        self.overlay.setEnabled(self.outputs.video.isChecked() and not self.as_in_window.isChecked())
        self.as_in_window.setEnabled(self.outputs.video.isChecked())
        settings = self.settings
        if self.preset is not None:
            self.preset.show_settings(settings)
        self._examining += 1
        number, examine = self._examining, self._examination(settings)

        def show(found: Examined) -> None:
            if number == self._examining:
                self._show_examined(found)
                then()

        if len(self._videos) <= _FEW or self._around.workers is None:
            show(examine())
            return
        self._export.setEnabled(False)
        self._around.workers.run(examine, show)

    def _examination(self, settings: ExportSettings) -> Callable[[], Examined]:
        """A function for any thread that looks for conflicts among the exports."""
        since, until = self.range.limits
        stem = self.name.text().strip() if self._single else None
        videos, promised, usable = self._videos, self._around.promised, not self._find_plain_problem()

        def examine() -> Examined:
            tasks = tuple(settings.task(video, stem=stem, since=since, until=until) for video in videos)
            return examined(tasks, promised) if usable else Examined(tasks, None, ((),) * len(tasks))

        return examine

    def _show_examined(self, found: Examined) -> None:
        self._examined = found
        problem = self._find_plain_problem() or conflict_text(found.conflict)
        if not problem and self.skip.isChecked() and not found.new_tasks:
            problem = self.tr("The files of all videos exist already. Nothing is left to export.")
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self._warning.setVisible(bool(problem))
        self._export.setEnabled(not problem)
        self._export.setToolTip(problem)
        skipped = sum(map(bool, found.existing))
        self.skip.setText(
            self.tr("S&kip videos whose files exist ({} of {})").format(skipped, len(self._videos))
            if skipped
            else self.tr("S&kip videos whose files exist")
        )
        tasks = found.new_tasks if self.skip.isChecked() else found.tasks
        self.files.show_names([shown_name(task, path) for task in tasks for path in task.outputs])

    def _find_plain_problem(self) -> str:
        parts = (self.outputs.problem(), self.range.problem(), self.analysis.problem(len(self._videos)))
        return next((text for text in parts if text), "") or self._find_name_problem() or self._find_folder_problem()

    def _find_folder_problem(self) -> str:
        folder = self.folder.text
        if folder and not is_folder(Path(folder)):
            return self.tr("There is no folder {}. Choose another one.").format(folder)
        if folder and not os.access(folder, os.W_OK | os.X_OK):
            return self.tr("The folder {} is read-only. Choose another one.").format(folder)
        return ""

    def _find_name_problem(self) -> str:
        name = self.name.text().strip()
        if self._single and not name:
            return self.tr("The files need a name.")
        wrong = next((letter for letter in name if letter in _FORBIDDEN), None)
        return "" if wrong is None else self.tr("A name cannot contain “{}”.").format(wrong)
