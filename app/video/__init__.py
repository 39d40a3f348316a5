"""Films and pictures in and out: exact times, upright pictures, sound kept."""

from __future__ import annotations

from app.video.encoders import ENCODERS, Encoder, available_encoders
from app.video.facts import Source, SourceFacts, SourceKind
from app.video.pictures import read_picture
from app.video.probe import FilmRecord, read_back
from app.video.sink import PictureWriter, Sink, open_sink
from app.video.source import open_source
from app.video.writer import FilmWriter

__all__ = [
    "ENCODERS",
    "Encoder",
    "FilmRecord",
    "FilmWriter",
    "PictureWriter",
    "Sink",
    "Source",
    "SourceFacts",
    "SourceKind",
    "available_encoders",
    "open_sink",
    "open_source",
    "read_back",
    "read_picture",
]
