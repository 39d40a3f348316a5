"""Titles of models, encoders and formats in the language of the window. Their own tables are free of Qt."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

# pyside6-lupdate finds them here. Titles that are only names are left out.
TITLES = cast(
    "tuple[str, ...]",
    (
        QT_TRANSLATE_NOOP("Titles", "Compact: EfficientNet-Lite0, bundled"),
        QT_TRANSLATE_NOOP("Titles", "Compact in 8-bit integers, faster on CPUs"),
        QT_TRANSLATE_NOOP("Titles", "Hopenet ResNet50 of the paper, alpha 1"),
        QT_TRANSLATE_NOOP("Titles", "Hopenet ResNet50 of the paper, alpha 2"),
        QT_TRANSLATE_NOOP("Titles", "Hopenet ResNet50 of the paper, robust"),
        QT_TRANSLATE_NOOP("Titles", "MediaPipe BlazeFace, short range"),
        QT_TRANSLATE_NOOP("Titles", "MediaPipe BlazeFace, full range (sparse)"),
        QT_TRANSLATE_NOOP("Titles", "dlib CNN face detector"),
        QT_TRANSLATE_NOOP("Titles", "EfficientNet-Lite0 trained on ImageNet: the starting point of our own networks"),
        QT_TRANSLATE_NOOP("Titles", "MediaPipe (fast)"),
        QT_TRANSLATE_NOOP("Titles", "MediaPipe, full range (smaller faces)"),
        QT_TRANSLATE_NOOP("Titles", "dlib CNN (thorough, slow without CUDA)"),
        QT_TRANSLATE_NOOP("Titles", "dlib HOG (frontal faces, no model file)"),
        QT_TRANSLATE_NOOP("Titles", "Box file (dockerface)"),
        QT_TRANSLATE_NOOP("Titles", "H.264, plays everywhere"),
        QT_TRANSLATE_NOOP("Titles", "H.265, smaller and slower"),
        QT_TRANSLATE_NOOP("Titles", "H.264 on an NVIDIA GPU"),
        QT_TRANSLATE_NOOP("Titles", "H.265 on an NVIDIA GPU"),
        QT_TRANSLATE_NOOP("Titles", "AV1, smallest, for recent browsers"),
        QT_TRANSLATE_NOOP("Titles", "JSON lines"),
        QT_TRANSLATE_NOOP("Titles", "Published text"),
    ),
)


def translated_title(title: str) -> str:
    """The title in the language of the window; as it is if it is only a name, or a user's own."""
    return QCoreApplication.translate("Titles", title)
