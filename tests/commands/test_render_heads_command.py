"""`render-heads`: what it writes, keeps and refuses. Small objects stand for worker processes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from app.commands import render_heads
from app.commands.render_heads import RenderArguments, Settings, run
from app.errors import DataError, OutputError, UsageError
from app.weights.head_assets import HeadAssetFiles
from hopenet.datasets.table import TableSet

pytest.importorskip("moderngl", reason="needs the extra “render”")

SETTINGS = Settings(
    count=250, seed=3, yaw_deg=(-90.0, 90.0), frontal=0.5, persons=32, side=64, split="train", plain=True
)


class _Process:
    """A worker that writes rows without pictures. `fails_at`: the block at which the next ones fail."""

    calls: ClassVar[list[range]] = []
    fails_at: ClassVar[int | None] = None

    def __init__(self, _make: object, _files: Mapping[str, Path], settings: Settings, out: Path) -> None:
        self._columns = render_heads_columns()

    def call(self, _method: str, block: range) -> str:
        if block.start == _Process.fails_at:
            raise OSError(28, "No space left on device")
        _Process.calls.append(block)
        rest = "," * (len(self._columns) - 4)
        return "".join(f"images/{index:07d}.jpg,1.0,2.0,3.0{rest}\n" for index in block)

    def close(self) -> None:
        pass


def render_heads_columns() -> tuple[str, ...]:
    from hopenet.rendering.sets import COLUMNS

    return COLUMNS


@pytest.fixture(autouse=True)
def _without_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoFiles:
        def paths(self, *, plain: bool) -> dict[str, Path]:
            return {}

    monkeypatch.setattr(render_heads, "HelperProcess", _Process)
    monkeypatch.setattr(HeadAssetFiles, "standard", lambda _folder: NoFiles())
    _Process.calls, _Process.fails_at = [], None


def arguments(out: Path, **changed: Any) -> RenderArguments:
    return RenderArguments(
        **{"settings": SETTINGS, "out": out, "workers": 1, "assets": None, "force": False, **changed}
    )


def test_the_table_is_read_by_training_and_evaluation(tmp_path: Path) -> None:
    out = tmp_path / "set"
    assert run(arguments(out)) == 0
    table = TableSet(out / "labels.csv")
    assert len(table.names) == 250
    assert sorted(path.name for path in out.iterdir()) == ["heads.json", "images", "labels.csv"]
    assert json.loads((out / "heads.json").read_text())["seed"] == 3


def test_a_complete_set_is_kept_unless_force_is_given(tmp_path: Path) -> None:
    run(arguments(tmp_path))
    with pytest.raises(OutputError, match=r"labels\.csv already exists"):
        run(arguments(tmp_path))
    _Process.calls.clear()
    run(arguments(tmp_path, force=True))
    assert len(_Process.calls) == 3


def test_an_interrupted_set_is_completed_without_repeating_finished_blocks(tmp_path: Path) -> None:
    _Process.fails_at = 200
    with pytest.raises(OutputError, match="No space left on device"):
        run(arguments(tmp_path))
    assert not (tmp_path / "labels.csv").exists()
    _Process.calls, _Process.fails_at = [], None
    run(arguments(tmp_path))
    assert _Process.calls == [range(200, 250)]
    assert len(TableSet(tmp_path / "labels.csv").names) == 250


def test_an_unfinished_set_is_not_completed_with_other_options(tmp_path: Path) -> None:
    _Process.fails_at = 100
    with pytest.raises(OutputError):
        run(arguments(tmp_path))
    _Process.fails_at = None
    other = Settings(**{**SETTINGS.plain_values(), "yaw_deg": (-90.0, 90.0), "seed": 4})
    with pytest.raises(OutputError, match="started with another value of seed"):
        run(arguments(tmp_path, settings=other))
    run(arguments(tmp_path, settings=other, force=True))
    assert len(TableSet(tmp_path / "labels.csv").names) == 250


def test_several_workers_share_the_blocks(tmp_path: Path) -> None:
    run(arguments(tmp_path, workers=3))
    assert sorted(block.start for block in _Process.calls) == [0, 100, 200]


def test_a_machine_without_opengl_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hopenet.rendering import sets
    from hopenet.rendering.renderer import NoRenderer

    def no_context(*_: object) -> None:
        raise NoRenderer("libEGL.so.1 is missing")

    monkeypatch.setattr(sets, "BlockWriter", no_context)
    with pytest.raises(DataError, match=r"libEGL\.so\.1 is missing") as refused:
        render_heads._writer({}, SETTINGS, tmp_path)
    assert "libegl1" in refused.value.advice


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"count": 0, "persons": 0}, "at least 1"),
        ({"persons": 251}, "at most --count"),
        ({"seed": -1}, "--seed"),
        ({"side": 8}, "--size"),
        ({"yaw_deg": (50.0, -50.0)}, "--yaw -95 95"),
        ({"yaw_deg": (-200.0, 50.0)}, "--yaw -95 95"),
        ({"frontal": 1.5}, "--frontal"),
        ({"yaw_deg": (90.0, 180.0)}, "contains -35 to 35"),
    ],
)
def test_settings_that_are_not_valid_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Settings(**{**SETTINGS.plain_values(), "yaw_deg": SETTINGS.yaw_deg, **changed})
