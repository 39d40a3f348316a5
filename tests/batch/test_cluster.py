"""Batches on a Ray cluster of two nodes, made on this machine: workers, a node and the driver are killed."""

from __future__ import annotations

import builtins
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.batch.cluster import RayEngine
from app.batch.manifest import MANIFEST
from app.errors import UsageError
from tests.batch.test_batch_command import Run, done, lines, run, started, tables, wait_for
from tests.batch.videos import write_video

__all__ = ["run"]  # A fixture.

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("ray")]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A head and a second node, each with one core."""
    pytest.importorskip("ray")
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    from ray.cluster_utils import Cluster

    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    try:
        yield made
    finally:
        made.shutdown()


@pytest.fixture
def second_node(cluster: Any) -> Iterator[Any]:
    node = cluster.add_node(num_cpus=1)
    yield node
    if node in cluster.worker_nodes:
        cluster.remove_node(node, allow_graceful=False)


def workers(folder: Path) -> set[int]:
    """The processes that have done videos."""
    return {int(str(line["worker"]).rpartition(":")[2]) for line in lines(folder) if line["event"] == "done"}


def on_cluster(cluster: Any, videos: Path, out: Path) -> tuple[object, ...]:
    return ("batch", videos, "-o", out, "--engine", "ray", "--address", cluster.address)


def test_two_nodes_write_what_one_process_writes(
    cluster: Any, second_node: Any, videos: Path, undisturbed: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with started(*on_cluster(cluster, videos, out)) as process:
        assert process.wait(240) == 0
    assert tables(out) == tables(undisturbed)
    assert done(out) == done(undisturbed)
    assert len(workers(out)) >= 2


def test_a_killed_worker_of_the_cluster_loses_and_doubles_nothing(
    cluster: Any, second_node: Any, videos: Path, undisturbed: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with started(*on_cluster(cluster, videos, out)) as process:
        wait_for(out, "done")
        os.kill(workers(out).pop(), signal.SIGKILL)
        assert process.wait(240) == 0
    assert tables(out) == tables(undisturbed)
    assert done(out) == done(undisturbed)


def test_a_node_that_is_taken_away_loses_and_doubles_nothing(
    cluster: Any, second_node: Any, videos: Path, undisturbed: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with started(*on_cluster(cluster, videos, out)) as process:
        wait_for(out, "done", 2)
        cluster.remove_node(second_node, allow_graceful=False)
        assert process.wait(240) == 0
    assert tables(out) == tables(undisturbed)
    assert done(out) == done(undisturbed)
    assert not [line for line in lines(out) if line["event"] == "set aside"]


def test_a_killed_driver_is_resumed_without_doing_anything_twice(
    cluster: Any, second_node: Any, videos: Path, undisturbed: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    words = on_cluster(cluster, videos, out)
    with started(*words) as process:
        wait_for(out, "done", 2)
        process.kill()
    before = done(out)
    with started(*words, "--resume") as process:
        assert process.wait(240) == 0
    assert tables(out) == tables(undisturbed)
    assert done(out) == done(undisturbed)
    assert set(before) < set(done(out))


def test_segments_of_a_long_video_are_joined_without_a_seam(
    cluster: Any, second_node: Any, tmp_path: Path, run: Run
) -> None:
    video = write_video(tmp_path / "long.mp4", frames=150)
    assert run("batch", video, "-o", tmp_path / "whole", "--split", 0, "--processes", 1) == 0
    out = tmp_path / "out"
    with started(*on_cluster(cluster, video, out), "--split", 1 / 60) as process:
        assert process.wait(240) == 0
    assert tables(out) == tables(tmp_path / "whole")
    assert len([line for line in lines(out) if line["event"] == "answered"]) >= 4


def test_a_stopped_batch_on_a_cluster_leaves_nothing_incomplete(cluster: Any, second_node: Any, tmp_path: Path) -> None:
    for seed in range(2):  # Long enough not to be done before the signal arrives.
        write_video(tmp_path / "films" / f"{seed}.mp4", seed=seed, frames=2500)
    out = tmp_path / "out"
    with started(*on_cluster(cluster, tmp_path / "films", out)) as process:
        until(lambda: parts(out), 120)  # A worker has begun to write.
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 128 + signal.SIGTERM
    until(lambda: not parts(out), 30)  # Workers clean up behind themselves, and nobody waits for them.
    assert not done(out)
    assert not [path for path in out.rglob("*") if path.is_file() and path.name != MANIFEST]
    assert [line["event"] for line in lines(out)][-1] == "ended early"


def parts(out: Path) -> list[Path]:
    """The files that are being written."""
    return list(out.rglob("*.part"))


def until(condition: Callable[[], object], patience_s: float) -> None:
    """Waits until the condition holds."""
    given_up_s = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < given_up_s
        time.sleep(0.02)


def test_ray_that_is_not_installed_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = builtins.__import__

    def without_ray(name: str, *given: Any, **named: Any) -> Any:
        if name.partition(".")[0] == "ray":
            raise ImportError(name)
        return usual(name, *given, **named)

    monkeypatch.setattr(builtins, "__import__", without_ray)
    with pytest.raises(UsageError, match=r"needs the package Ray.*pip install 'hopenet-studio\[ray\]'"):
        RayEngine(None)


def test_an_address_belongs_to_a_cluster(videos: Path, tmp_path: Path, run: Run) -> None:
    with pytest.raises(UsageError, match="--address is the address of a Ray cluster"):
        run("batch", videos, "-o", tmp_path / "out", "--address", "here:1")
