"""Connects the chart below the picture: what it shows, where it seeks, and the analysis of the whole video."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.gui.kit.action_table import ActionTable
from app.gui.kit.file_dialogs import FileDialogs
from app.gui.kit.notice import Notice
from app.gui.kit.overwrite_question import confirm_overwrite
from app.gui.kit.titles import translated_title
from app.gui.panels.chart_panel import ChartPanel
from app.gui.state.marks import Marks
from app.gui.state.studio import Studio
from app.gui.state.whole_video import WholeVideoState
from app.outputs.record import record_path
from app.outputs.tables import FORMATS
from app.preferences import Preferences
from app.watch.listener import WatcherState

_SAVED = "saved"


class ChartController(QObject):
    """Thread: the GUI's."""

    def __init__(
        self,
        window: QWidget,
        studio: Studio,
        chart: ChartPanel,
        *,
        actions: ActionTable,
        files: FileDialogs,
        notice: Notice,
    ) -> None:
        super().__init__(window)
        self._window, self._studio, self._chart = window, studio, chart
        self._actions, self._files, self._notice = actions, files, notice
        whole, preferences = studio.whole_video, studio.preferences
        chart.live.span_changed.connect(lambda seconds: preferences.change(chart_s=seconds))
        chart.mode_changed.connect(lambda mode: preferences.change(chart_mode=mode))
        chart.whole.seek_requested.connect(self._seek)
        chart.whole.analysis_requested.connect(whole.analyse)
        chart.whole.cancel_requested.connect(whole.cancel)
        chart.whole.save_requested.connect(self._save)
        whole.changed.connect(self._show_whole)
        whole.saved.connect(self._show_saved)
        studio.marks.changed.connect(self._show_marks)
        studio.live_view.state_changed.connect(self._show_watcher)
        preferences.changed.connect(self._show_preferences)
        actions.connect_calls({"analyse_video": self._analyse, "save_analysis": self._save})
        actions["whole_chart"].triggered.connect(self._choose_mode)
        actions["chart_spread"].triggered.connect(lambda shown: preferences.change(chart_spread=shown))
        self._show_preferences(preferences.current)
        self._show_watcher(studio.live_view.state)
        self._show_whole(whole.state)

    def _show_preferences(self, preferences: Preferences) -> None:
        self._chart.live.set_span(preferences.chart_s)
        self._chart.live.show_spread(preferences.chart_spread)
        self._actions["chart_spread"].setChecked(preferences.chart_spread)
        self._chart.set_mode(preferences.chart_mode)
        self._actions["whole_chart"].setChecked(self._chart.mode == "whole")

    def _show_watcher(self, state: WatcherState) -> None:
        facts = state.facts
        whole = facts is not None and facts.kind in ("video", "folder")
        self._chart.set_whole_possible(whole or state.status in ("empty", "opening"))
        pictures = facts is not None and facts.kind == "folder"
        self._chart.set_pictures(float(facts.frame_rate) if facts is not None and pictures else 0.0)
        self._chart.live.show_clock(facts is not None)
        self._actions["whole_chart"].setChecked(self._chart.mode == "whole")
        self._actions["whole_chart"].setEnabled(whole and not pictures)
        everything = self.tr("Anal&yse all pictures") if pictures else self.tr("Anal&yse whole video")
        self._actions["analyse_video"].setText(everything)
        if facts is not None:
            self._chart.whole.show_length(float(facts.end) if facts.end is not None else facts.duration_s)

    def _show_whole(self, state: WholeVideoState) -> None:
        self._chart.whole.show_state(state)
        self._actions["analyse_video"].setEnabled(state.source is not None and state.running is None)
        self._actions["save_analysis"].setEnabled(state.curves is not None and not state.table_name)

    def _show_marks(self, marks: Marks) -> None:
        self._chart.whole.show_marks(marks.start_s, marks.end_s)

    def _choose_mode(self, whole: bool) -> None:
        self._studio.preferences.change(chart_mode="whole" if whole else "live")
        if whole:
            self._actions["chart"].setChecked(True)

    def _analyse(self) -> None:
        self._choose_mode(whole=True)
        self._studio.whole_video.analyse()

    def _seek(self, time_s: float) -> None:
        player = self._studio.live_view.watcher.player
        if player is not None:
            player.seek(time_s)

    def _save(self) -> None:
        source = self._studio.whole_video.state.source
        if source is not None:
            self._ask_where_to_save(str(source.with_suffix(".csv")))

    def _ask_where_to_save(self, name: str) -> None:
        known = [table for table in FORMATS if table.suffix and table.read]
        filters = ";;".join(f"{translated_title(table.title)} (*{table.suffix})" for table in known)
        facts = self._studio.live_view.state.facts
        pictures = facts is not None and facts.kind == "folder"
        title = (
            self.tr("Save the pose table of all pictures")
            if pictures
            else self.tr("Save the pose table of the whole video")
        )
        path = self._files.save_file(title, name, filters, suffix=".csv", confirm_overwrite=False)
        if path is not None:
            confirm_overwrite(
                self._window,
                (path, record_path(path)),
                lambda: self._studio.whole_video.save(path),
                lambda: self._ask_where_to_save(str(path)),
            )

    def _show_saved(self, path: Path) -> None:
        self._notice.say(self.tr("Saved {} with its record.").format(path.name), topic=_SAVED, good=True)
