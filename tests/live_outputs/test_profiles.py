"""Profiles of live outputs, in their file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import UsageError
from app.live_outputs.mapping import AxesMapping, AxisMapping, CurvePoint
from app.live_outputs.profiles import (
    DEFAULT_NAME,
    ProfileFile,
    Profiles,
    profile_named,
    read_profiles,
    write_profiles,
)
from app.live_outputs.settings import ListedOutput, OutputSettings, Profile

GAME = Profile(
    OutputSettings(
        face="largest",
        lost="neutral",
        rate_per_s=60.0,
        mapping=AxesMapping(yaw=AxisMapping(2.0, invert=True, dead_zone=1.5, curve=(CurvePoint(10, 5),))),
    ),
    (ListedOutput("opentrack://127.0.0.1:4242", on=True), ListedOutput("udp://127.0.0.1:5005")),
    send_at_start=True,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings" / "live-outputs.toml"


def test_without_a_file_there_is_one_empty_profile(file: Path) -> None:
    profiles = read_profiles(file)
    assert profiles.current == DEFAULT_NAME and profiles.profile == Profile()
    assert not profiles.profile.send_at_start and not file.exists()


def test_profiles_come_back_as_they_were(file: Path) -> None:
    profiles = Profiles().with_profile("Spiel „Ärger“ = 1", GAME)
    write_profiles(profiles, file)
    assert read_profiles(file) == profiles


def test_a_profile_is_found_by_name(file: Path) -> None:
    write_profiles(Profiles().with_profile("game", GAME), file)
    assert profile_named("game", file) == GAME
    with pytest.raises(UsageError, match="There is no profile “gam”") as refused:
        profile_named("gam", file)
    assert "game" in refused.value.advice


def test_two_programs_keep_each_others_profiles(file: Path) -> None:
    one, other = ProfileFile(file), ProfileFile(file)
    one.change(lambda known: known.with_profile("game", GAME))
    other.change(lambda known: known.with_profile("avatar", Profile()))
    one.change(lambda known: known.with_profile("game", replace(GAME, send_at_start=False)))

    assert set(read_profiles(file).all) == {DEFAULT_NAME, "game", "avatar"}
    assert not read_profiles(file).all["game"].send_at_start


def test_after_the_last_profile_was_deleted_there_is_an_empty_one() -> None:
    assert Profiles().with_profile("game", GAME).without("game").current == DEFAULT_NAME
    assert Profiles("game", {"game": GAME}).without("game") == Profiles()


def test_what_cannot_be_used_stays_in_the_file(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(
        "[profiles.new]\nhologram = true\n"
        '[profiles.bad.settings]\nface = "nose"\n'
        "[profiles.good]\nsend_at_start = true\n"
    )
    profiles = read_profiles(file)
    assert set(profiles.all) == {"good"} and profiles.current == "good"

    write_profiles(profiles.with_profile("game", GAME), file)

    text = file.read_text(encoding="utf-8")
    assert "hologram" in text and "nose" in text and read_profiles(file).profile == GAME


def test_a_file_that_cannot_be_read_is_kept_under_another_name(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("current = [")
    assert read_profiles(file) == Profiles()
    write_profiles(Profiles(), file)
    assert file.with_name("live-outputs-unreadable.toml").read_text() == "current = ["


@pytest.mark.parametrize("text", ["profiles = 3", 'current = 7\n[profiles.a]\n[profiles.b]\noutputs = "x"'])
def test_a_file_with_wrong_types_starts_with_what_can_be_used(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text)
    assert read_profiles(file).profile == Profile()
