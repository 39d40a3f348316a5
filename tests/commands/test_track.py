"""`track`: what it sends, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.cli import parser
from app.cli import run as run_cli
from app.commands.track import TrackArguments, _set_neutral
from app.errors import OutputError, UsageError
from app.live_outputs.mapping import AxisMapping, CurvePoint
from app.live_outputs.places import profiles_path
from app.live_outputs.profiles import Profiles, write_profiles
from app.live_outputs.reporting import StatusLine
from app.live_outputs.sender import HeadSender
from app.live_outputs.settings import ListedOutput, OutputSettings, Profile
from app.live_outputs.tracking import Tracking
from app.settings import Reference
from app.video.live_addresses import open_live

ROOT = Path(__file__).parents[2]


def arguments(*words: str) -> TrackArguments:
    return TrackArguments.from_namespace(parser().parse_args(["track", "synthetic", *words]))


def test_options_become_settings() -> None:
    words = ["--face", "all", "--lost", "nan", "--rate", "15", "--field-of-view", "78", "--map", "z:gain=0"]
    settings = arguments(*words, "--map", "yaw:gain=2,dead=1.5,invert,curve=10:5/30:60").settings

    assert (settings.face, settings.lost, settings.rate_per_s, settings.field_of_view_deg) == ("all", "nan", 15, 78)
    points = CurvePoint(10, 5), CurvePoint(30, 60)
    assert settings.mapping.yaw == AxisMapping(gain=2, invert=True, dead_zone=1.5, curve=points)
    assert settings.mapping.z.gain == 0 and settings.mapping.pitch == AxisMapping()


def test_a_profile_gives_settings_and_addresses_and_options_change_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOPENET_SETTINGS", str(tmp_path / "settings.toml"))
    outputs = ListedOutput("opentrack://", on=True), ListedOutput("udp://127.0.0.1:5")
    profile = Profile(OutputSettings(face="largest", rate_per_s=50), outputs)
    write_profiles(Profiles().with_profile("game", profile), profiles_path())

    from_profile = arguments("--profile", "game", "--rate", "20")
    other = arguments("--profile", "game", "--send", "udp://127.0.0.1:6")

    assert from_profile.settings == OutputSettings(face="largest", rate_per_s=20)
    assert [output.text for output in from_profile.outputs] == ["opentrack://"]
    assert [output.port for output in other.outputs] == [6]
    with pytest.raises(UsageError, match="There is no profile"):
        arguments("--profile", "gone")


@pytest.mark.parametrize(
    "words",
    [
        ["--map", "yaw"],
        ["--map", "yaw:"],
        ["--map", "nose:gain=2"],
        ["--map", "yaw:gain"],
        ["--map", "yaw:speed=2"],
        ["--map", "yaw:invert=1"],
        ["--map", "yaw:curve=10"],
        ["--map", "yaw:curve=10:5/5:6"],
        ["--map", "yaw:gain=2", "--map", "yaw:invert"],
        ["--rate", "0"],
        ["--rate", "nan"],
        ["--return", "0"],
        ["--duration", "-1"],
        ["--neutral-after", "nan"],
        ["--field-of-view", "400"],
        ["--send", "opentrack"],
        ["--send", "udp://127.0.0.1"],
        ["--send", "-", "--json"],
        ["--send", "udp://127.0.0.1:7", "--send", "udp://127.0.0.1:7"],
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_loaded(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_cli(["track", "synthetic", *words]) == 2
    assert capsys.readouterr().err.startswith("hopenet-studio: ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--map", "yaw:gain=x"], "“gain=x” in --map yaw:gain=x is not valid: it needs a number, such as gain=2"),
        (["--map", "yaw:gain"], "“gain” in --map yaw:gain has no value. Write for example gain=2."),
        (["--map", "yaw:dead=1;gain=2"], "it needs a number, such as dead=1, and commas between changes."),
        (["--map", "yaw:curve="], "“curve=” in --map yaw:curve= has no value. Write for example curve=10:5/30:60."),
        (["--map", "yaw:curve=10:a"], "the point “10:a” needs two numbers, such as 10:5."),
        (["--map", "yaw:gain=2,gain=3"], "gain is given twice"),
        (["--return", "0"], "must take more than 0 and at most 60 seconds, not 0."),
        (["--duration", "-1"], "--duration takes a number of seconds, 0 or more, not -1."),
        (["--field-of-view", "1"], "between 2 and 170 degrees, not 1."),
        (["--send", "opentrack://", "--send", "opentrack://127.0.0.1:4242"], "means the same place as opentrack://."),
        (
            ["--send", "tcp://127.0.0.1:7", "--send", "ws://127.0.0.1:7"],
            "cannot listen at the same port. Choose another",
        ),
        (["--send", "udp://127.0.0.1:5/path"], "nothing can follow its port, as “/path” does. Leave out “/path”."),
    ],
)
def test_a_refusal_says_what_to_write(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(["track", "synthetic", *words]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


@pytest.mark.slow
def test_an_output_that_could_never_send_is_a_failure(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: object, _packet: bytes) -> None:
        raise OutputError("Nothing can be sent: the cable is out.", advice="Check the cable.")

    monkeypatch.setattr("app.live_outputs.datagrams.Datagrams.send", refuse)
    code = run_cli(["track", "synthetic", "--duration", "1", "--json", "--send", "udp://127.0.0.1:9"])
    said = capsys.readouterr()

    (output,) = json.loads(said.out)["outputs"]
    assert code == 2 and output["frames_sent"] == 0
    assert output["error"] == "Nothing can be sent: the cable is out. Check the cable."
    assert "hopenet-studio: Nothing can be sent: the cable is out." in said.err and "Check the cable." in said.err


def test_enter_without_a_face_says_what_it_waits_for(capsys: pytest.CaptureFixture[str]) -> None:
    sender = HeadSender()
    tracking = Tracking(
        open_live("synthetic"), lambda: pytest.fail("nothing is analysed"), sender, reference=Reference()
    )
    for quiet in (False, True):
        _set_neutral(tracking, StatusLine(tracking, sender, quiet=quiet))
    expected = "There is no face to take a neutral pose from: the next one that is found is taken."
    assert capsys.readouterr().err.splitlines() == [expected]


@pytest.mark.slow
def test_a_short_run_without_a_terminal_says_at_its_end_what_was_sent(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(["track", "synthetic", "--duration", "1", "--neutral-after", "0"]) == 0
    neutral, last = capsys.readouterr().err.splitlines()
    assert neutral == "The neutral pose is set."
    assert " with a face | nothing was sent, because there is no --send" in last and not last.startswith("0 ")


def test_a_missing_source_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(["track", "gone.mp4"]) == 2
    assert "There is no file gone.mp4" in capsys.readouterr().err


@pytest.mark.slow
def test_a_video_is_followed_in_real_time_and_its_angles_arrive_at_two_receivers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as game,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as log,
    ):
        for receiver in (game, log):
            receiver.bind(("127.0.0.1", 0))
            receiver.settimeout(0.2)
        code = run_cli(
            ["track", "synthetic", "--duration", "2", "--json", "--quiet", "--map", "yaw:gain=2",
             "--send", f"opentrack://127.0.0.1:{game.getsockname()[1]}",
             "--send", f"udp://127.0.0.1:{log.getsockname()[1]}"]
        )  # fmt: skip
        packets, lines = _all(game), [json.loads(line) for line in _all(log)]

    assert code == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["frames_with_face"] > 10
    assert [output["frames_sent"] for output in summary["outputs"]] == [len(packets), len(lines)]
    turns = [struct.unpack("<6d", packet)[3:] for packet in packets]
    for turn in turns[-3:]:
        assert any(turn == pytest.approx(line["turn"], abs=0.001) for line in lines)
    assert all(30 < line["rough_position_cm"][2] < 200 for line in lines)
    assert {line["track_id"] for line in lines} == {1}


def _all(receiver: socket.socket) -> list[bytes]:
    packets = []
    while True:
        try:
            packets.append(receiver.recv(65536))
        except TimeoutError:
            return packets


@pytest.mark.slow
def test_the_neutral_pose_is_taken_while_it_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(["track", "synthetic", "--duration", "2", "--quiet", "--send", "-", "--neutral-after", "1"]) == 0

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    neutral = [line for line in lines if abs(line["yaw"]) + abs(line["pitch"]) + abs(line["roll"]) < 0.01]
    assert neutral and abs(lines[0]["pitch"]) > 0.1
    assert neutral[0]["rough_position_cm"] == [0, 0, 0]


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_an_interrupt_is_the_usual_end_and_a_request_to_end_is_told(number: int, code: int) -> None:
    # It crashed once, and not in six hundred runs after that; the fault handler would say where.
    command = [sys.executable, "-X", "faulthandler", "main.py", "track", "synthetic", "--send", "-", "--quiet"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        assert json.loads(process.stdout.readline())["frame"] >= 0
        time.sleep(0.2)
        process.send_signal(number)
        rest = process.stdout.read().splitlines()
        said = process.stderr.read()
        assert process.wait(30) == code, said
        assert all(json.loads(line)["found"] in (True, False) for line in rest)
        assert said == "" if code == 0 else "Interrupted" in said


_REFUSING = """
import sys
from app.errors import OutputError
from app.live_outputs.datagrams import Datagrams
from app.main import main

def refuse(self, packet):
    print("refused", flush=True)
    raise OutputError("The cable is out.", advice="Check the cable.")

Datagrams.send = refuse
sys.exit(main(["track", "synthetic", "--send", "udp://127.0.0.1:9", "--quiet"]))
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_an_output_that_could_never_send_is_a_failure_after_ctrl_c_too() -> None:
    command = [sys.executable, "-c", _REFUSING]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == "refused\n"
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.wait(30) == 2
        said = process.stderr.read()
        assert "The cable is out." in said and "Interrupted" not in said


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="pipes end otherwise elsewhere")
def test_it_ends_with_the_program_that_reads_its_output() -> None:
    command = [sys.executable, "main.py", "track", "synthetic", "--send", "-", "--quiet"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(30) == 141
        assert process.stderr.read() == ""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="needs a terminal of its own")
def test_enter_in_a_terminal_sets_the_neutral_pose_and_the_status_is_one_line() -> None:
    keyboard, terminal = os.openpty()
    own_terminal = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
    words = ["main.py", "track", "synthetic", "--send", "-", "--duration", "3"]
    with subprocess.Popen(
        [sys.executable, "-c", own_terminal, *words],
        cwd=ROOT,
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=terminal,
        text=True,
        start_new_session=True,
    ) as process:
        os.close(terminal)
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["rough_position_cm"][2] > 20
        os.write(keyboard, b"\n")
        lines = [json.loads(line) for line in process.stdout]
        shown = os.read(keyboard, 65536).decode()
        assert process.wait(30) == 0
    os.close(keyboard)
    assert any(line["rough_position_cm"] == [0, 0, 0] and abs(line["pitch"]) < 0.01 for line in lines)
    assert "frames/s, 1 face | -: " in shown and "Fatal" not in shown and shown.count("\n") <= 3
    assert "The neutral pose is set." in shown and " with a face | -: " in shown.splitlines()[-1]
