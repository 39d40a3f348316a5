"""The program's version, the libraries and models that it uses with their licences, and how to cite it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app import product
from app.gui.help.fault_report import Library, libraries
from app.gui.kit.bridge import GuiCalls
from app.gui.kit.titles import translated_title
from app.threads.workers import Worker
from app.weights import ModelRecord, ModelStore

LOG = logging.getLogger(__name__)

CITATION = (
    "N. Ruiz, E. Chong, J. M. Rehg: Fine-Grained Head Pose Estimation Without Keypoints. IEEE Conference on Computer "
    "Vision and Pattern Recognition Workshops (CVPRW), 2018, pp. 2074–2083. arXiv:1710.00925."
)
SOFTWARE_CITATION = f"The {product.TITLE} developers: {product.TITLE}{{}}. Computer software."
BIBTEX = """@inproceedings{{ruiz2018hopenet,
  title     = {{Fine-Grained Head Pose Estimation Without Keypoints}},
  author    = {{Ruiz, Nataniel and Chong, Eunji and Rehg, James M.}},
  booktitle = {{IEEE Conference on Computer Vision and Pattern Recognition Workshops (CVPRW)}},
  year      = {{2018}},
  pages     = {{2074--2083}},
  eprint    = {{1710.00925}},
  archiveprefix = {{arXiv}}
}}

@misc{{hopenetstudio,
  title  = {{{title}{version}}},
  author = {{{{The {title} developers}}}},
  note   = {{Computer software}}
}}
"""


class AboutDialog(QDialog):
    """Opens at once; versions and licences come from a worker."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About {}").format(product.TITLE))
        self._gui_calls = GuiCalls()
        self.destroyed.connect(self._gui_calls.close)
        self._version = QLabel()
        self._version.setObjectName("quiet")
        self._libraries = _table((self.tr("Library"), self.tr("Version"), self.tr("Licence")))
        self._libraries.setAccessibleName(self.tr("Libraries and their licences"))
        self._models = _table((self.tr("Model"), self.tr("Licence"), self.tr("Trained on")))
        self._models.setAccessibleName(self.tr("Models and their licences"))
        self._citation = QLabel()
        self._bibtex = QPlainTextEdit()
        tabs = QTabWidget()
        tabs.setDocumentMode(True)
        tabs.addTab(self._make_citation(), self.tr("How to &cite"))
        tabs.addTab(self._libraries, self.tr("&Libraries"))
        tabs.addTab(self._models, self.tr("&Models"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 18, 18, 14)
        layout.setSpacing(10)
        layout.addLayout(self._make_header())
        layout.addWidget(tabs)
        layout.addWidget(buttons)
        self.resize(740, 580)
        Worker("about", partial(_collect, self._gui_calls, self._show))

    def _make_header(self) -> QVBoxLayout:
        title = QLabel(product.TITLE)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.7)
        font.setBold(True)
        title.setFont(font)
        summary = QLabel(
            self.tr(
                "Measures the yaw, pitch and roll of every head in a video or camera picture with Hopenet. "
                "Free software under the Apache License 2.0."
            )
        )
        summary.setWordWrap(True)
        header = QVBoxLayout()
        header.setSpacing(4)
        for line in (title, self._version, summary):
            header.addWidget(line)
        return header

    def _make_citation(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(2, 10, 2, 2)
        self._citation.setWordWrap(True)
        self._citation.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._bibtex.setReadOnly(True)
        self._bibtex.setAccessibleName("BibTeX")
        self._bibtex.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._bibtex.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        row = QHBoxLayout()
        row.addStretch()
        for title, text in (
            (self.tr("Copy &text"), self._citation.text),
            (self.tr("Copy &BibTeX"), self._bibtex.toPlainText),
        ):
            button = QPushButton(title)
            button.setAutoDefault(False)
            button.clicked.connect(partial(_copy, text))
            row.addWidget(button)
        layout.addWidget(self._citation)
        layout.addWidget(self._bibtex, 1)
        layout.addLayout(row)
        self._show_version("")
        return page

    def _show(self, version: str, used: Sequence[Library], models: Sequence[ModelRecord]) -> None:
        if not shiboken6.isValid(self):
            return  # Closed before the worker was done.
        self._show_version(version)
        _fill(self._libraries, [(library.name, library.version, library.licence) for library in used])
        _fill(self._models, [(translated_title(model.title), model.licence, model.training_data) for model in models])

    def _show_version(self, version: str) -> None:
        self._version.setText(self.tr("Version {}").format(version) if version else "")
        suffix = f" {version}" if version else ""
        self._citation.setText(f"{CITATION}\n\n{SOFTWARE_CITATION.format(suffix)}")
        self._bibtex.setPlainText(BIBTEX.format(title=product.TITLE, version=suffix))


def _collect(gui_calls: GuiCalls, then: Callable[[str, Sequence[Library], Sequence[ModelRecord]], None]) -> None:
    try:
        models = ModelStore.standard().records
    except Exception:  # A broken manifest must not hide the licences of everything else.
        LOG.exception("The manifest of the models could not be read.")
        models = ()
    gui_calls.post(partial(then, product.version(), libraries(), models))


def _copy(text: Callable[[], str]) -> None:
    QGuiApplication.clipboard().setText(text())


def _table(headings: Sequence[str]) -> QTableWidget:
    table = QTableWidget(0, len(headings))
    table.setHorizontalHeaderLabels(list(headings))
    table.verticalHeader().hide()
    table.setShowGrid(False)
    table.setAlternatingRowColors(True)
    table.setWordWrap(True)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    table.horizontalHeader().setStretchLastSection(True)
    return table


def _fill(table: QTableWidget, rows: Sequence[tuple[str, str, str]]) -> None:
    table.setRowCount(len(rows))
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            table.setItem(row, column, item)
    for column in range(table.columnCount() - 1):
        table.resizeColumnToContents(column)
        table.setColumnWidth(column, min(table.columnWidth(column) + 8, 230))
    table.resizeRowsToContents()
