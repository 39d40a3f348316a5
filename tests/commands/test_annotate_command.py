"""The command `annotate`: its options and the task that they describe."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from app.commands import annotate as command
from app.errors import OutputError, UsageError
from app.export.run import ExportResult
from app.export.task import ExportTask, TableOutput
from app.outputs.record import Counts
from app.settings import AnalysisSettings, Reference, Signs
from app.video import VideoOptions
from hopenet import HeadPose

TaskOf = Callable[..., ExportTask]


@pytest.fixture
def task(monkeypatch: pytest.MonkeyPatch, run: Callable[..., int]) -> TaskOf:
    """The task that the command makes from its arguments, without carrying it out."""
    tasks: list[ExportTask] = []

    def note(task: ExportTask) -> int:
        tasks.append(task)
        return 0

    monkeypatch.setattr(command, "export_and_report", note)

    def of(*arguments: str) -> ExportTask:
        assert run("annotate", "talk.mp4", *arguments) == 0
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
        (("--encoder", "av1", "--preset", "slow"), "video_options", VideoOptions("av1", preset="slow")),
        (("--quality", "20", "--no-sound"), "video_options", VideoOptions(quality=20, sound=False)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) and all(isinstance(x, str) for x in value) else None,
)
def test_options_become_the_task(arguments: tuple[str, ...], field: str, value: object, task: TaskOf) -> None:
    assert getattr(task(*arguments), field) == value


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--flip", "yaw,tilt"), "“tilt” is not an angle"),
        (("--neutral", "1,2"), "three numbers"),
        (("--neutral", "1,2,x"), "three numbers"),
        (("--neutral", "1,2,inf"), "three numbers"),
        (("--neutral", "400,0,0"), "from -360 to 360"),
        (("--draw", "none,axis"), "none cannot be combined"),
        (("--tiles", "50"), "--tiles must be at most 16"),
        (("--min-score", "7"), "would leave out every face"),
        (("--min-score", "1.5", "--detector", "mediapipe-full"), "would leave out every face"),
        (("--min-score", "inf"), "--min-score must be a number"),
        (("--filter", "low-delay", "--zero-lag"), "--zero-lag is a filter of its own"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_an_invalid_value_is_refused_with_the_reason(arguments: tuple[str, ...], message: str, task: TaskOf) -> None:
    with pytest.raises(UsageError, match=message):
        task(*arguments)


def test_the_filter_is_chosen_by_name(task: TaskOf) -> None:
    assert task().settings.filter == "one-euro"
    assert task("--filter", "low-delay").settings.filter == "low-delay"
    assert task("--zero-lag").settings.filter == "zero-lag"


def test_the_scale_of_the_chosen_detector_counts(task: TaskOf) -> None:
    assert task("--min-score", "1.5", "--detector", "dlib-hog").detector.options.minimum_score == 1.5
    assert task("--min-score", "1").detector.options.minimum_score == 1


@pytest.mark.parametrize(
    ("time", "seconds"), [("90:00", 5400), ("100", 100), ("1:59.5", 119.5), ("99:59:59", 359999), ("0:05", 5)]
)
def test_a_time_may_have_many_minutes_but_only_sixty_in_an_hour(time: str, seconds: float, task: TaskOf) -> None:
    assert task(f"--from={time}").since == seconds


@pytest.mark.parametrize(
    ("time", "reason"),
    [("1:99", "below 60"), ("1:60:00", "below 60"), ("0:60", "below 60"), ("9" * 400, "at most 1000000000")],
)
def test_a_time_that_no_clock_shows_is_refused(
    time: str, reason: str, task: TaskOf, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        task(f"--to={time}")
    assert ended.value.code == 2
    assert reason in capsys.readouterr().err


@pytest.mark.parametrize("time", ["", "-1", "soon", "1:2:3:4", "1/2", "1e3", "nan"])
def test_an_invalid_time_is_refused(time: str, task: TaskOf, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        task(f"--from={time}")
    assert ended.value.code == 2
    assert "a time is seconds" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--every=1.5", "argument --every: it must be a whole number, such as 3, not “1.5”"),
        ("--max-faces=many", "argument --max-faces: it must be a whole number, such as 3, not “many”"),
        ("--smoothing=much", "argument --smoothing: it must be a number, such as 0.5, not “much”"),
    ],
)
def test_a_word_in_place_of_a_number_is_refused_in_words(
    words: str, message: str, task: TaskOf, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        task(words)
    assert message in capsys.readouterr().err


def test_the_summary_names_all_outputs_and_says_which_frames_of_a_video_were_measured(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tables = tuple(TableOutput(Path(name)) for name in ("z.csv", "z.txt"))
    task = ExportTask(Path("pics"), Path("z.mp4"), tables, settings=AnalysisSettings(measure_every=2))
    assert command.report(task, ExportResult(Counts(2, 2, 2))) == 0
    assert capsys.readouterr().out == "z.mp4, z.csv and z.txt: 2 frames, 2 with a face, 2 faces in total.\n"
    command.report(task, ExportResult(Counts(2, 2, 2), measure_every=2))
    assert "2 frames measured (one of 2)" in capsys.readouterr().out


def test_an_existing_output_names_the_option_that_replaces_it(tmp_path: Path) -> None:
    video, out = tmp_path / "talk.mp4", tmp_path / "out.csv"
    for path in (video, out):
        path.write_bytes(b"")
    with pytest.raises(OutputError, match="Add --force"):
        command.export_and_report(ExportTask(video, None, (TableOutput(out),)))
