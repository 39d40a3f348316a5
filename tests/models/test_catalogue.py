from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import ModelError
from app.models import catalogue
from app.models.catalogue import KnownError, SnapshotEntry, described, own_entry, snapshot_entries
from app.models.opening import load_estimator
from app.settings import EngineChoice
from app.threads.processes import HelperTimedOut
from app.threads.signals import Stop
from app.weights import ModelStore, read_manifest
from hopenet.checking import LONGEST_LOAD_S
from tests.hopenet import hostile

ROOT = Path(__file__).parents[2]


@pytest.fixture
def alone(tmp_path: Path) -> ModelStore:
    """A machine with nothing but the bundled files."""
    manifest = read_manifest(ROOT / "weights" / "manifest.toml")
    return ModelStore(manifest, bundled=ROOT / "weights", folders=(), cache=tmp_path / "cache")


def by_key(entries: tuple[SnapshotEntry, ...]) -> dict[str, SnapshotEntry]:
    return {entry.key: entry for entry in entries}


def test_the_default_is_bundled_and_can_be_chosen(alone: ModelStore) -> None:
    entry = by_key(snapshot_entries(alone, ()))[alone.default.name]
    assert (entry.place, entry.refusal) == ("bundled", "")
    measured = alone.default.figures["AFLW2000 MAE of 400"]
    assert entry.errors == (KnownError(measured, "measured", "400 pictures of AFLW2000"),)
    assert entry.can_be_used
    assert entry.architecture
    assert entry.size_bytes
    assert entry.licence


def test_exactly_the_snapshots_of_the_manifest_are_listed(alone: ModelStore) -> None:
    keys = [entry.key for entry in snapshot_entries(alone, ())]
    assert keys == [record.name for record in alone.records if record.kind == "snapshot"]


def test_a_snapshot_that_is_not_on_this_machine_can_be_downloaded_or_says_why_not(alone: ModelStore) -> None:
    away = [entry for entry in snapshot_entries(alone, ()) if entry.place is None]
    records = {record.name: record for record in alone.records}
    assert away
    for entry in away:
        record = records[entry.key]
        available = record.has_hash and bool(record.sources)
        assert (entry.by_hand == "") is available
        assert available or entry.by_hand.endswith(".")
        assert entry.can_be_used is available


def test_what_was_measured_on_the_same_pictures_comes_before_what_was_published(alone: ModelStore) -> None:
    entries = by_key(snapshot_entries(alone, ()))
    measured, published = entries["squeezenet-1.0"].errors
    assert measured == KnownError(8.79, "measured", "400 pictures of AFLW2000")
    assert published == KnownError(7.3259, "published", "1,969 pictures of AFLW2000")
    assert [error.origin for error in entries["resnet50"].errors] == ["published"]


def test_a_published_file_in_a_folder_is_on_this_machine(snapshot: Path, tmp_path: Path) -> None:
    manifest = read_manifest(ROOT / "weights" / "manifest.toml")
    store = ModelStore(manifest, bundled=ROOT / "weights", folders=(snapshot.parent,), cache=tmp_path)
    entry = by_key(snapshot_entries(store, ()))["squeezenet-1.1"]
    assert (entry.place, entry.refusal) == ("folder", "")
    assert entry.size_bytes == snapshot.stat().st_size


def test_a_users_file_is_described_by_its_weights(snapshot: Path, alone: ModelStore, tmp_path: Path) -> None:
    mine = tmp_path / "mine.pkl"
    mine.symlink_to(snapshot)
    *_, entry = snapshot_entries(alone, (str(mine),))
    assert (entry.key, entry.place, entry.refusal) == (str(mine), "file", "")
    assert "squeezenet" in entry.architecture.lower()
    assert load_estimator(entry.key, EngineChoice(), store=alone, progress=False).record.architecture


def test_an_onnx_file_is_described_by_its_record(alone: ModelStore) -> None:
    entry = own_entry(alone.path(alone.default.name))
    assert (entry.place, entry.refusal) == ("file", "")
    assert [(round(error.degrees, 2), error.origin) for error in entry.errors] == [(2.49, "stated")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("gone.pkl", None),
        ("broken.pkl", b"text"),
        ("broken.onnx", b"text"),
        ("empty.safetensors", b""),
    ],
    ids=["missing", "no weights", "no model", "empty"],
)
def test_a_file_that_cannot_be_used_says_why_in_one_sentence(name: str, content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    entry = own_entry(path)
    assert name in entry.refusal
    assert "\n" not in entry.refusal
    with pytest.raises(ModelError):
        described(path)


def test_a_stop_ends_the_reading_of_a_file(snapshot: Path) -> None:
    stop = Stop()
    stop.request()
    entry = own_entry(snapshot, stop=stop)
    assert entry.refusal


def test_describing_a_hostile_file_happens_in_another_process_with_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a model computes from constants, it computes while it is being opened."""
    path = hostile.save(hostile.huge(), tmp_path / "huge.onnx")
    monkeypatch.setattr(catalogue, "describe", lambda _: pytest.fail("this process"))
    own_entry(path)  # It may or may not be refused here; loading refuses it.

    def time_out(*_given: object, **named: object) -> None:
        assert named["limit_s"] == LONGEST_LOAD_S
        raise HelperTimedOut

    monkeypatch.setattr(catalogue, "run_in_process", time_out)
    assert own_entry(path).refusal == "huge.onnx cannot be used: it gave no answer within 30 s."


def test_a_name_in_a_file_is_shown_without_control_characters(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[31m\nb.onnx"
    try:
        hostile.save(hostile.model(record=hostile.RECORD.replace('"made"', '""')), path)
    except OSError:
        pytest.skip("this system does not allow such a name")
    assert own_entry(path).title == "a\ufffd[31m\ufffdb"
