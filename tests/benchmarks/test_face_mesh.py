"""The comparison with Face Mesh: what is asked of the peer, and what is printed."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app.frames import Frame
from benchmarks.face_mesh import Turn, comparison, peer, peer_turn

PEER = """
import json, sys, numpy
frames = numpy.load(sys.argv[1])
for _ in sys.stdin:
    noses = [[0, 0, 1] if frame.any() else None for frame in frames]
    print(json.dumps({"wall_s": 0.5, "processor_s": 1.5, "noses": noses}), flush=True)
"""


def frames() -> list[Frame]:
    return [Frame(np.full((8, 6, 3), grey, np.uint8), grey, Fraction(grey)) for grey in range(2)]


def test_the_peer_gets_the_same_frames_and_answers_per_frame(tmp_path: Path) -> None:
    script = tmp_path / "peer.py"
    script.write_text(PEER, encoding="utf-8")
    with peer(sys.executable, frames(), script=script) as process:
        turns = [peer_turn(process, 2) for _ in range(2)]
    for turn in turns:
        assert (turn.wall_ms, turn.processor_ms) == (250, 750)
        np.testing.assert_array_equal(turn.noses, [[np.nan] * 3, [0, 0, 1]])


def test_a_peer_that_ends_is_reported(tmp_path: Path) -> None:
    script = tmp_path / "peer.py"
    script.write_text("raise SystemExit", encoding="utf-8")
    with peer(sys.executable, frames(), script=script) as process, pytest.raises((RuntimeError, BrokenPipeError)):
        peer_turn(process, 2)


def test_ratios_are_those_of_each_round() -> None:
    noses = np.array([[0.0, 0, 1], [np.nan] * 3])
    ours = [Turn(1, 6, noses), Turn(4, 2, noses), Turn(9, 9, noses)]
    theirs = [Turn(2, 3, noses), Turn(2, 2, noses), Turn(3, 3, noses)]
    text = comparison("compact", ours, theirs)
    assert "compact: 4.00 ms per frame, Face Mesh 2.00 ms" in text
    assert "time 2.00 (0.50–3.00), of the fastest rounds 0.50; processor time 2.00 (1.00–3.00)" in text
    assert "faces in 1 and 1 frames; noses 0.0° apart" in text
