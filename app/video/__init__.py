"""Reads and writes videos and pictures, and reads cameras and streams: exact times, upright pictures, sound kept."""

from __future__ import annotations

from app.video.camera import Camera, CameraMode
from app.video.cameras import cameras
from app.video.encoders import ENCODERS, Encoder, VideoOptions, available_encoders
from app.video.facts import Source, SourceFacts, SourceKind, what_is_unusual
from app.video.live_addresses import LiveSource, is_live, open_live
from app.video.picture_files import read_picture
from app.video.probe import VideoContents, read_back
from app.video.sink import DecodedSink, PictureWriter, Sink, open_sink
from app.video.source import open_source
from app.video.thumbnails import Thumbnails
from app.video.writer import VideoWriter

__all__ = [
    "ENCODERS",
    "Camera",
    "CameraMode",
    "Encoder",
    "VideoOptions",
    "DecodedSink",
    "VideoContents",
    "VideoWriter",
    "LiveSource",
    "PictureWriter",
    "Sink",
    "Source",
    "SourceFacts",
    "SourceKind",
    "Thumbnails",
    "available_encoders",
    "cameras",
    "is_live",
    "open_live",
    "open_sink",
    "open_source",
    "read_back",
    "read_picture",
    "what_is_unusual",
]
