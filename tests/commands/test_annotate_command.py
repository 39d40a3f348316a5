from __future__ import annotations

import argparse
from fractions import Fraction
from pathlib import Path

import pytest

from app.commands import annotate as command
from app.commands.annotate import add_annotate_command
from app.errors import OutputError, UsageError
from app.export.pipeline import Exported
from app.export.task import Annotated, TableOutput, Task
from app.settings import Reference, Signs
from hopenet import HeadPose


@pytest.fixture
def task(monkeypatch: pytest.MonkeyPatch) -> object:
    """What the command makes of its arguments, without doing it."""
    tasks: list[Task] = []

    def note(task: Task, **_: object) -> Annotated:
        tasks.append(task)
        return Annotated(Exported(1, 0, 0))

    monkeypatch.setattr(command, "do", note)

    def of(*arguments: str) -> Task:
        parser = argparse.ArgumentParser()
        add_annotate_command(parser.add_subparsers())
        args = parser.parse_args(["annotate", "talk.mp4", *arguments])
        assert args.run(args) == 0
        return tasks.pop()

    return of


@pytest.mark.parametrize(
    ("arguments", "field", "value"),
    [
        ((), "reference", Reference()),
        (("--flip", "yaw"), "reference", Reference(signs=Signs(yaw=-1))),
        (("--flip", "pitch, roll"), "reference", Reference(signs=Signs(1, -1, -1))),
        (("--neutral=-5,10,0.5",), "reference", Reference(HeadPose(-5, 10, 0.5))),
        (("--neutral", "5,10,0", "--flip", "roll"), "reference", Reference(HeadPose(5, 10, 0), Signs(roll=-1))),
        ((), "since", Fraction(0)),
        (("--from", "12.5"), "since", Fraction(25, 2)),
        (("--from", "3:25"), "since", Fraction(205)),
        (("--from", "1:02:03.5"), "since", Fraction(7447, 2)),
        ((), "until", None),
        (("--to", "0.1"), "until", Fraction(1, 10)),
        (("--poses", "a.csv"), "tables", (TableOutput(Path("a.csv")),)),
        (("--poses", "a.csv", "--poses", "a.txt"), "tables", (TableOutput(Path("a.csv")), TableOutput(Path("a.txt")))),
        (("--poses", "a.dat", "--table-format", "openface"), "tables", (TableOutput(Path("a.dat"), "openface"),)),
        (("--table-format", "csv"), "tables", ()),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) and all(isinstance(x, str) for x in value) else None,
)
def test_options_become_the_task(arguments: tuple[str, ...], field: str, value: object, task: object) -> None:
    assert getattr(task(*arguments), field) == value  # type: ignore[operator]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--flip", "yaw,tilt"), "“tilt” is no angle"),
        (("--neutral", "1,2"), "three numbers"),
        (("--neutral", "1,2,x"), "three numbers"),
        (("--neutral", "1,2,inf"), "three numbers"),
    ],
    ids=["unknown angle", "two numbers", "no number", "infinite"],
)
def test_what_means_nothing_is_told(arguments: tuple[str, ...], told: str, task: object) -> None:
    with pytest.raises(UsageError, match=told):
        task(*arguments)  # type: ignore[operator]


@pytest.mark.parametrize("time", ["", "-1", "soon", "1:2:3:4", "1/2", "1e3", "nan"])
def test_what_is_no_time_is_refused(time: str, task: object, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        task(f"--from={time}")  # type: ignore[operator]
    assert ended.value.code == 2
    assert "a time is seconds" in capsys.readouterr().err


def test_a_file_in_the_way_names_the_option_that_replaces_it(tmp_path: Path) -> None:
    video, out = tmp_path / "talk.mp4", tmp_path / "out.csv"
    for path in (video, out):
        path.write_bytes(b"")
    with pytest.raises(OutputError, match="Add --force"):
        command.annotate(Task(video, None, (TableOutput(out),)))
