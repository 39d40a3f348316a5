"""Decides which videos of a batch are left to do: those that are not done, not done any more, or done differently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.batch.job import Job, OutputFile, differences
from app.batch.manifest import History
from app.batch.places import fetched, state_at
from app.batch.worker import output_file
from app.errors import OutputError, UsageError
from app.outputs.collisions import is_there

_NAMED = 3
"""How many files a message names."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`jobs`: what is left to do. `verified`: what is done, with outputs that are as they were written.

    `aside`: videos that were set aside earlier. `again`: how many videos are done again, by the reason.
    """

    jobs: tuple[Job, ...]
    verified: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    again: Mapping[str, int] = field(default_factory=dict)


def planned(
    jobs: Iterable[Job],
    videos: Mapping[str, History],
    *,
    force: bool = False,
    redo: bool = False,
    retry_aside: bool = False,
) -> Plan:
    """What is left of these jobs after what the manifest says.

    `force`: replace files that the batch has not written. `redo`: do again what was done with other options.
    `retry_aside`: do again what was set aside.

    Raises UsageError if videos were done with other options, and OutputError if files are in the way.
    """
    left: list[Job] = []
    verified: list[str] = []
    aside: list[str] = []
    again: Counter[str] = Counter()
    changed: list[tuple[Job, list[str]]] = []
    for job in jobs:
        history = videos.get(job.key)
        if history is None or history.state == "new":
            left.append(job)
            continue
        same_source = history.source_state == job.state  # It may have been moved.
        if history.state == "set aside" and same_source and not retry_aside:
            aside.append(job.key)
            continue
        if history.state == "done":
            different = differences(history.options, job.options)
            reason = (
                "their sources have changed"
                if not same_source
                else "their options have changed"
                if different
                else ""
                if are_intact(history.outputs, job)
                else "their files are missing or have changed"
            )
            if not reason:
                verified.append(job.key)
                continue
            if different and same_source:
                changed.append((job, different))
            again[reason] += 1
        left.append(job)
    if changed and not redo:
        raise _differs(changed)
    if not force:
        _check_free([job for job in left if job.key not in videos])
    return Plan(tuple(left), tuple(verified), tuple(aside), again)


def are_intact(outputs: Mapping[str, OutputFile], job: Job) -> bool:
    """Whether all files are there, as they were written."""
    try:
        return bool(outputs) and all(_is_intact(name, known, job) for name, known in outputs.items())
    except OSError:
        return False


def _is_intact(name: str, known: OutputFile, job: Job) -> bool:
    """Of an object, the store's own word is taken, if it says anything: reading all of them back would take too long.

    Raises OSError.
    """
    if not job.address:
        path = job.folder / name
        return path.stat().st_size == known.size_bytes and output_file(path) == known
    address = f"{job.address}/{name}"
    size, tag = state_at(address)
    if size != known.size_bytes or tag:
        return size == known.size_bytes and tag == known.tag
    with fetched(address) as path:
        return output_file(path).sha256 == known.sha256


def _differs(changed: Sequence[tuple[Job, list[str]]]) -> UsageError:
    names = ", ".join(dict.fromkeys(name.replace("_", " ") for _, different in changed for name in different))
    videos = "1 video was" if len(changed) == 1 else f"{len(changed)} videos were"
    return UsageError(
        f"{videos} done with other options: {names}.",
        advice="Use the options of before, or add --redo to do these videos again, or choose another folder.",
    )


def _check_free(jobs: Iterable[Job]) -> None:
    there = [path for job in jobs for path in job.task.outputs if not job.address and is_there(path)]
    if there:
        some = ", ".join(map(str, there[:_NAMED])) + (" …" if len(there) > _NAMED else "")
        raise OutputError(
            f"Files of this batch exist already, and it has not written them: {some}.",
            advice="Choose another folder, or add --force to replace them.",
        )
