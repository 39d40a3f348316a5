from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import SourceError, UsageError
from app.export.task import ExportTask, OutputExists, TableOutput, check_outputs


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "talk.mp4"
    path.write_bytes(b"a video")
    return path


def test_a_task_without_outputs_or_source_is_refused(video: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No output was given"):
        check_outputs(ExportTask(video))
    with pytest.raises(SourceError, match="There is no file"):
        check_outputs(ExportTask(tmp_path / "gone.mp4", tmp_path / "out.mp4"))


@pytest.mark.parametrize("existing", ["out.mp4", "out.csv", "out.json"])
def test_no_output_replaces_a_file_unasked(existing: str, video: Path, tmp_path: Path) -> None:
    (tmp_path / existing).write_text("older", encoding="utf-8")
    task = ExportTask(video, tmp_path / "out.mp4", (TableOutput(tmp_path / "out.csv"),))
    with pytest.raises(OutputExists, match="already exists"):
        check_outputs(task)


@pytest.mark.parametrize(
    ("output", "table"), [("talk.mp4", "talk.csv"), ("out.csv", "out.csv")], ids=["the source", "an output twice"]
)
def test_no_file_is_named_twice(output: str, table: str, video: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="named twice, or is the source"):
        check_outputs(ExportTask(video, tmp_path / output, (TableOutput(tmp_path / table),)))
