"""The rows of the export queue: an export, its settings' name, how far it is and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.errors import Cancelled, StudioError
from app.export.run import ExportResult
from app.export.task import ExportTask

State = Literal["waiting", "running", "paused", "done", "cancelled", "failed"]


@dataclass(frozen=True, slots=True)
class Done:
    """The export is complete."""

    result: ExportResult


@dataclass(frozen=True, slots=True)
class Failed:
    """The export failed and wrote nothing."""

    error: StudioError


TaskOutcome = Done | Cancelled | Failed


@dataclass(frozen=True, slots=True)
class QueueRow:
    """The state of one export. `number` identifies it in the queue's methods.

    `preset`: the name of the preset that its settings came from; empty if they did not come from one. `done`, `total`:
    frames; `total` is None if it is unknown. `outcome`: None until the export is over.
    """

    number: int
    task: ExportTask
    state: State = "waiting"
    done: int = 0
    total: int | None = None
    frames_per_s: float | None = None
    left_s: float | None = None
    outcome: TaskOutcome | None = None
    preset: str = ""

    @property
    def is_over(self) -> bool:
        return self.outcome is not None

    @property
    def is_running(self) -> bool:
        """Also while it is paused."""
        return self.state in ("running", "paused")
