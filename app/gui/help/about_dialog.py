"""What the program is, what it is made of, under which licences, and how to cite it."""

from __future__ import annotations

import logging
import threading
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
from app.gui.help.fault_report import Part, parts
from app.gui.kit.bridge import GuiCalls
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
  title  = {{Hopenet Studio{version}}},
  author = {{{{The Hopenet Studio developers}}}},
  note   = {{Computer software}}
}}
"""


class AboutDialog(QDialog):
    """Opens at once; versions and licences come from a worker."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About {}").format(product.TITLE))
        self._gui_calls = GuiCalls()
        self._version = QLabel()
        self._version.setObjectName("quiet")
        self.parts_table = _table((self.tr("Part"), self.tr("Version"), self.tr("Licence")))
        self.parts_table.setAccessibleName(self.tr("Parts and their licences"))
        self.weights_table = _table((self.tr("Weights"), self.tr("Licence"), self.tr("Trained on")))
        self.weights_table.setAccessibleName(self.tr("Weights and their licences"))
        self.bibtex = QPlainTextEdit()
        tabs = QTabWidget()
        tabs.setDocumentMode(True)
        tabs.addTab(self._make_cite(), self.tr("How to &cite"))
        tabs.addTab(self.parts_table, self.tr("&Parts"))
        tabs.addTab(self.weights_table, self.tr("&Weights"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 18, 18, 14)
        layout.setSpacing(10)
        layout.addLayout(self._make_head())
        layout.addWidget(tabs)
        layout.addWidget(buttons)
        self.resize(740, 580)
        threading.Thread(target=_gather, args=(self._gui_calls, self._take), name="about", daemon=True).start()

    def _make_head(self) -> QVBoxLayout:
        title = QLabel(product.TITLE)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.7)
        font.setBold(True)
        title.setFont(font)
        what = QLabel(
            self.tr(
                "Which way is each head turned? Yaw, pitch and roll of every face in a video or before a camera, after "
                "Hopenet. Free software under the Apache License 2.0."
            )
        )
        what.setWordWrap(True)
        head = QVBoxLayout()
        head.setSpacing(4)
        for line in (title, self._version, what):
            head.addWidget(line)
        return head

    def _make_cite(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(2, 10, 2, 2)
        self._cite = QLabel()
        self._cite.setWordWrap(True)
        self._cite.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bibtex.setReadOnly(True)
        self.bibtex.setAccessibleName("BibTeX")
        self.bibtex.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.bibtex.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        row = QHBoxLayout()
        row.addStretch()
        for text, what in (
            (self.tr("Copy &text"), self._cite.text),
            (self.tr("Copy &BibTeX"), self.bibtex.toPlainText),
        ):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(partial(_copy, what))
            row.addWidget(button)
        layout.addWidget(self._cite)
        layout.addWidget(self.bibtex, 1)
        layout.addLayout(row)
        self._show_version("")
        return page

    def _take(self, number: str, found: Sequence[Part], models: Sequence[ModelRecord]) -> None:
        if not shiboken6.isValid(self):
            return  # Closed before the worker was done.
        self._show_version(number)
        _fill(self.parts_table, [(part.name, part.version, part.licence) for part in found])
        _fill(self.weights_table, [(model.title, model.licence, model.training_data) for model in models])

    def _show_version(self, number: str) -> None:
        self._version.setText(self.tr("Version {}").format(number) if number else "")
        told = f" {number}" if number else ""
        self._cite.setText(f"{CITATION}\n\n{SOFTWARE_CITATION.format(told)}")
        self.bibtex.setPlainText(BIBTEX.format(version=told))


def _gather(gui_calls: GuiCalls, take: Callable[[str, Sequence[Part], Sequence[ModelRecord]], None]) -> None:
    try:
        models = ModelStore.standard().records
    except Exception:  # A broken manifest must not keep the licences of everything else from being read.
        LOG.exception("The manifest of the weights cannot be read.")
        models = ()
    gui_calls.post(partial(take, product.version(), parts(), models))


def _copy(what: Callable[[], str]) -> None:
    QGuiApplication.clipboard().setText(what())


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
    for place, row in enumerate(rows):
        for column, text in enumerate(row):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            table.setItem(place, column, item)
    for column in range(table.columnCount() - 1):
        table.resizeColumnToContents(column)
        table.setColumnWidth(column, min(table.columnWidth(column) + 8, 230))
    table.resizeRowsToContents()
