"""The pages of the preferences dialog about what is shown and measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QGroupBox,
    QLabel,
    QMenu,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.gui.kit import theme
from app.gui.panels.angles_panel import AnglesPanel
from app.gui.panels.overlay_panel import OverlayPanel
from app.gui.panels.strip_chart import SPANS_S
from app.gui.preferences.page import Page
from app.gui.sources.detector_settings import DetectorForm
from app.gui.state.studio import Studio
from app.preferences import Preferences
from app.settings import KEEP_TURNED_S, DetectorChoice, ModelChoice
from detectors import DetectorOptions

_MAXIMUM_THREADS = 256
_KEPT_S = (2, 5, 10, 30, 60)
_AUTOMATICALLY = -1.0


class AppearancePage(Page):
    """Theme, language, what is drawn on the picture, and the chart."""

    fields = ("scheme", "language", "style", "chart_s", "chart_spread")

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio, "")
        self.title = self.tr("Appearance")
        self._scheme = _combo((("system", self.tr("System")), ("light", self.tr("Light")), ("dark", self.tr("Dark"))))
        self._language = _combo((("system", self.tr("System")), ("en", "English"), ("de", "Deutsch")))
        self._overlay = OverlayPanel()
        self._span = _combo([(span_s, self.tr("{:g} s").format(span_s)) for span_s in SPANS_S])
        self._spread = QCheckBox(self.tr("Show the s&pread as a band"))
        change = studio.preferences.change
        self._scheme.activated.connect(lambda _row: change(scheme=self._scheme.currentData()))
        self._language.activated.connect(lambda _row: change(language=self._language.currentData()))
        self._overlay.style_changed.connect(lambda style: change(style=style))
        self._span.activated.connect(lambda _row: change(chart_s=self._span.currentData()))
        self._spread.clicked.connect(lambda shown: change(chart_spread=shown))
        window = QFormLayout()
        window.addRow(self.tr("&Theme"), self._scheme)
        window.addRow(self.tr("&Language"), self._language)
        note = QLabel(self.tr("A change of the language takes effect at the next start."))
        note.setObjectName("quiet")
        note.setWordWrap(True)
        window.addRow("", note)
        chart = QFormLayout()
        chart.addRow(self.tr("Last seconds"), self._span)
        chart.addRow(self._spread)
        column = QVBoxLayout(self)
        column.addLayout(window)
        column.addWidget(_group(self.tr("On the picture"), self._overlay))
        box = QGroupBox(self.tr("Chart"))
        box.setLayout(chart)
        column.addWidget(box)
        column.addStretch(1)

    def show_preferences(self, preferences: Preferences) -> None:
        application = QApplication.instance()
        if preferences.scheme != theme.watch().scheme and isinstance(application, QApplication):
            theme.apply(application, preferences.scheme)
        _show(self._scheme, preferences.scheme)
        _show(self._language, preferences.language)
        self._overlay.show_style(preferences.style)
        _show(self._span, preferences.chart_s)
        self._spread.setChecked(preferences.chart_spread)


class AnglesPage(Page):
    """Smoothing, signs, and how long heads that have turned away are followed."""

    fields = ("smoothing", "signs", "keep_turned_s")
    meaning_wanted = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio, "")
        self.title = self.tr("Angles")
        self._angles = AnglesPanel(neutral=False)
        self._angles.smoothing_changed.connect(lambda strength: studio.preferences.change(smoothing=strength))
        self._angles.signs_changed.connect(lambda signs: studio.preferences.change(signs=signs))
        seconds = ((float(number), self.tr("{:g} s").format(number)) for number in _KEPT_S)
        self._kept = _combo(((_AUTOMATICALLY, self.tr("automatically")), (0.0, self.tr("not at all")), *seconds))
        self._kept.setToolTip(
            self.tr(
                "How long optical flow follows a head that has turned away, so that the detector does not find its "
                "face. Automatically: {:g} s with a snapshot for the full range, otherwise not at all."
            ).format(KEEP_TURNED_S)
        )
        self._kept.activated.connect(
            lambda _row: studio.preferences.change(keep_turned_s=_chosen_s(self._kept.currentData()))
        )
        turned = QFormLayout()
        turned.addRow(self.tr("&Follow heads that turn away"), self._kept)
        meaning = QPushButton(self.tr("What do the &numbers mean?"))
        meaning.setAutoDefault(False)
        meaning.clicked.connect(self.meaning_wanted)
        column = QVBoxLayout(self)
        column.addWidget(self._angles)
        column.addLayout(turned)
        column.addWidget(meaning)
        column.addStretch(1)

    def show_preferences(self, preferences: Preferences) -> None:
        self._angles.show_smoothing(preferences.smoothing)
        self._angles.show_signs(preferences.signs)
        chosen_s = preferences.keep_turned_s
        _show(self._kept, _AUTOMATICALLY if chosen_s is None else chosen_s)


class ModelsPage(Page):
    """Snapshot, detector and device by the menus of the main window, and the detector's settings."""

    def __init__(self, studio: Studio, menus: Mapping[str, QMenu]) -> None:
        super().__init__(studio, "")
        self.title = self.tr("Models")
        titles = {
            "snapshot": self.tr("&Snapshot"),
            "detector": self.tr("&Detector"),
            "device": self.tr("D&evice"),
        }
        self._titles = {name: title.replace("&", "") for name, title in titles.items()}
        self._menus = menus
        self._buttons: dict[str, QPushButton] = {}
        models = QFormLayout()
        for name, menu in menus.items():
            button = QPushButton()
            button.setAutoDefault(False)
            button.clicked.connect(partial(self._open, name))
            self._buttons[name] = button
            menu.aboutToHide.connect(self._show_names)
            models.addRow(titles[name], button)
        self._threads = QSpinBox(minimum=0, maximum=_MAXIMUM_THREADS)
        self._threads.setSpecialValueText(self.tr("one per core"))
        self._threads.setKeyboardTracking(False)
        self._threads.valueChanged.connect(self._choose_threads)
        models.addRow(self.tr("CPU t&hreads"), self._threads)
        self._detector = DetectorForm(studio.models.choice)
        self._detector.changed.connect(lambda: self.choose(self._detector.applied(studio.models.choice)))
        column = QVBoxLayout(self)
        column.addLayout(models)
        column.addWidget(_group(self.tr("Detector"), self._detector))
        column.addStretch(1)
        studio.models.load_reported.connect(self._show_names)

    def show_preferences(self, preferences: Preferences) -> None:
        choice = preferences.choice
        blocker = QSignalBlocker(self._threads)
        self._threads.setValue(choice.engine.threads or 0)
        del blocker
        self._detector.show_choice(choice)
        self._show_names()

    def restore_defaults(self) -> None:
        """The default models and settings; a box file and a region stay, as they belong to the source."""
        present, default = self.studio.models.choice.detector, ModelChoice()
        detector = present if present.boxes is not None else DetectorChoice()
        options = DetectorOptions(region=present.options.region)
        self.choose(replace(default, detector=replace(detector, options=options)))

    def _open(self, name: str) -> None:
        button = self._buttons[name]
        self._menus[name].popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _choose_threads(self, threads: int) -> None:
        choice = self.studio.models.choice
        self.choose(replace(choice, engine=replace(choice.engine, threads=threads or None)))

    def _show_names(self, _event: object = None) -> None:
        for name, button in self._buttons.items():
            chosen = (action.text() for action in self._menus[name].actions() if action.isChecked())
            button.setText(next(chosen, "–").partition("\t")[0])
            button.setAccessibleName(self.tr("{}: {}").format(self._titles[name], button.text().replace("&&", "&")))


def _chosen_s(data: float) -> float | None:
    return None if data == _AUTOMATICALLY else data


def _combo(entries: object) -> QComboBox:
    combo = QComboBox()
    for data, text in entries:  # type: ignore[attr-defined]
        combo.addItem(text, data)
    return combo


def _show(combo: QComboBox, data: object) -> None:
    """Shows the entry with this data; one that the settings file has of its own is none of them."""
    combo.setCurrentIndex(combo.findData(data))


def _group(title: str, content: QWidget) -> QGroupBox:
    box = QGroupBox(title)
    column = QVBoxLayout(box)
    column.setContentsMargins(theme.MARGIN, theme.SPACE, theme.MARGIN, theme.SPACE)
    column.addWidget(content)
    return box
