"""The sound of a video is played in step with its pictures."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from app.video import open_source
from app.video.sound_reader import CHANNELS, Samples, SoundReader
from app.watch.playback_sound import RATE, PlaybackSound, SoundStatus, SoundUnavailable
from app.watch.player import PlayerState


def make_video(path: Path, *, seconds: int = 4, sound_from_s: int = 0, gap: tuple[int, int] | None = None) -> Path:
    """A video whose sound is a ramp: the value of each sample tells its time."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("mjpeg", 25, width=64, height=64, pix_fmt="yuvj420p")
        sound = container.add_stream("pcm_s16le", rate=RATE, layout="stereo")
        for index in range(25 * seconds):
            picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "bgr24")
            picture.pts = index
            container.mux(video.encode(picture))
        container.mux(video.encode(None))
        for first in range(sound_from_s * RATE, seconds * RATE, 1000):
            if gap is not None and gap[0] * RATE <= first < gap[1] * RATE:
                continue
            values = ((np.arange(first, first + 1000) // 16) % 16000 + 100).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(np.repeat(values, 2)[None], format="s16", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = RATE, first, Fraction(1, RATE)
            container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
    return path


def expected(first: int) -> int:
    return (first // 16) % 16000 + 100


@contextmanager
def reading(path: Path) -> Iterator[SoundReader]:
    with open_source(path) as source:
        reader = SoundReader(source.facts, RATE)
    try:
        yield reader
    finally:
        reader.close()


@pytest.mark.parametrize("order", [[0, 1000, 96_000, 48_000, 150_000, 0]], ids=["to and fro"])
def test_samples_are_those_of_their_time_wherever_reading_jumps(order: list[int], tmp_path: Path) -> None:
    with reading(make_video(tmp_path / "a.mkv")) as reader:
        for first in order:
            wave = reader.samples(first, 500)
            assert wave.shape == (500, CHANNELS)
            assert np.abs(wave[:, 0] - [expected(n) for n in range(first, first + 500)]).max() <= 2


def test_sound_that_starts_late_has_a_gap_or_ends_early_is_silent_there(tmp_path: Path) -> None:
    with reading(make_video(tmp_path / "a.mkv", sound_from_s=1, gap=(2, 3))) as reader:
        for first, audible in (
            (RATE // 2, False),
            (RATE * 3 // 2, True),
            (RATE * 5 // 2, False),
            (RATE * 7 // 2, True),
        ):
            wave = reader.samples(first, 200)
            assert wave[0, 0] == pytest.approx(expected(first) if audible else 0, abs=2)
        assert not reader.samples(9 * RATE, 200).any()


class FakePlayer:
    """A player whose clock the test moves."""

    def __init__(self) -> None:
        self.state = PlayerState(playing=True)
        self.ahead_s = 0.0
        self._began_s = time.perf_counter()

    def clock_s(self) -> float | None:
        return time.perf_counter() - self._began_s + self.ahead_s if self.state.playing else None


class FakeDevice:
    """Plays samples in real time, and notes what is heard when."""

    made = 0
    refuses = ""

    def __init__(self) -> None:
        if FakeDevice.refuses:
            raise SoundUnavailable(FakeDevice.refuses)
        FakeDevice.made += 1
        self.heard: list[tuple[float, Samples]] = []
        self.closed = False
        self._began_s = time.perf_counter() + 0.05
        self._written = 0

    def room(self) -> int:
        played = max(0.0, time.perf_counter() - self._began_s) * RATE
        self._written = max(self._written, int(played))
        return max(0, int(played + 0.1 * RATE) - self._written)

    def waiting(self) -> float | None:
        played_s = time.perf_counter() - self._began_s
        return None if played_s <= 0 else self._written / RATE - played_s

    def write(self, samples: Samples) -> None:
        self.heard.append((self._began_s + self._written / RATE, samples))
        self._written += len(samples)

    def set_volume(self, volume: float) -> None: ...

    def close(self) -> None:
        self.closed = True


class Scene:
    def __init__(self, path: Path) -> None:
        self.player = FakePlayer()
        self.devices: list[FakeDevice] = []
        self.statuses: list[SoundStatus] = []
        with open_source(path) as source:
            facts = source.facts

        def make() -> FakeDevice:
            self.devices.append(FakeDevice())
            return self.devices[-1]

        self.sound = PlaybackSound(lambda: self.player, lambda: facts, make, self.statuses.append)  # type: ignore[arg-type,return-value]
        self.sound.start()

    def wait(self, holds: Callable[[], object]) -> None:
        ends_s = time.monotonic() + 20
        while not holds():
            assert time.monotonic() < ends_s, self.statuses
            time.sleep(0.01)

    def wait_for_sound(self, *, after: int) -> None:
        """Waits until more than so many writes were made to the first device."""
        self.wait(lambda: len(self.devices[0].heard) > after)

    def audible(self) -> list[tuple[float, Samples]]:
        return [(at_s, wave) for at_s, wave in self.devices[-1].heard if wave[-1, 0] > 0] if self.devices else []

    def off_s(self, moment: tuple[float, Samples]) -> float:
        """How much later than the player's clock this was heard."""
        at_s, wave = moment
        source_s = (int(wave[-1, 0]) - 100) * 16 / RATE
        return at_s + len(wave) / RATE - self.player._began_s + self.player.ahead_s - source_s


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    FakeDevice.refuses = ""
    made = Scene(make_video(tmp_path / "long.mkv", seconds=5))
    yield made
    made.sound.close()
    assert all(device.closed for device in made.devices)


def test_sound_is_heard_when_its_picture_is_seen(scene: Scene) -> None:
    scene.wait(lambda: len(scene.audible()) > 10)
    assert scene.off_s(scene.audible()[8]) == pytest.approx(0.05, abs=0.02)  # As late as pictures are at first.
    scene.player.ahead_s = 1.7  # The user seeks.
    at_s = time.perf_counter()
    scene.wait(lambda: [one for one in scene.audible() if one[0] > at_s + 0.4])
    assert scene.off_s(scene.audible()[-1]) == pytest.approx(0.05, abs=0.03)


def test_nothing_is_heard_while_paused_or_at_another_speed(scene: Scene) -> None:
    scene.wait(lambda: len(scene.audible()) > 5)
    for state in (PlayerState(playing=False), PlayerState(playing=True, speed=2.0)):
        scene.player.state = state
        scene.wait(lambda: scene.statuses[-1].state == "off")
        written = len(scene.devices[0].heard)
        scene.wait_for_sound(after=written + 3)
        assert not any(wave.any() for _, wave in scene.devices[0].heard[written:])
        scene.player.state = PlayerState(playing=True)
        scene.wait(lambda: scene.statuses[-1].state == "playing")
    assert len(scene.devices) == 1


def test_a_missing_device_is_told_and_costs_nothing_else(tmp_path: Path) -> None:
    FakeDevice.refuses = "No device for sound was found."
    scene = Scene(make_video(tmp_path / "a.mkv", seconds=1))
    scene.wait(lambda: SoundStatus("unavailable", "No device for sound was found.") in scene.statuses)
    scene.sound.close()
    FakeDevice.refuses = ""


def test_a_video_that_plays_too_slowly_for_its_sound_is_told(scene: Scene) -> None:
    scene.wait(lambda: len(scene.audible()) > 5)
    for _ in range(12):
        scene.player.ahead_s -= 0.25
        time.sleep(0.15)
    scene.wait(lambda: SoundStatus("slow") in scene.statuses)


def test_a_video_without_sound_opens_no_device(tmp_path: Path) -> None:
    path = tmp_path / "silent.mkv"
    with av.open(str(path), "w") as container:
        video = container.add_stream("mjpeg", 25, width=64, height=64, pix_fmt="yuvj420p")
        for frame in (av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "bgr24"), None):
            container.mux(video.encode(frame))
    scene = Scene(path)
    time.sleep(0.1)
    scene.sound.close()
    assert scene.devices == []
