from __future__ import annotations

import logging
import os
import pickle
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import BoxFileError, Cancelled, ModelError, UsageError
from app.models import opening
from app.models.opening import face_detector, load_estimator
from app.settings import DetectorChoice, EngineChoice
from app.threads import processes
from app.threads.signals import Stop
from app.weights import ModelStore
from app.weights.hashing import forget_digests
from app.weights.manifest import read_manifest
from detectors import DETECTORS, DetectorKind, DetectorOptions
from hopenet.checking import examine
from hopenet.snapshots import file_sha256
from tests.file_access import files_opened
from tests.hopenet import hostile

ROOT = Path(__file__).parents[2]
CPU = EngineChoice(device="cpu")


def store_in(tmp_path: Path, *folders: Path) -> ModelStore:
    """The program's manifest, with nothing bundled and an empty cache."""
    manifest = read_manifest(ROOT / "weights" / "manifest.toml")
    return ModelStore(manifest, bundled=tmp_path / "bundled", folders=folders, cache=tmp_path / "cache")


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelStore:
    """A machine that has no model and cannot download one."""
    monkeypatch.setenv("HOPENET_OFFLINE", "1")
    return store_in(tmp_path)


def box_file(folder: Path, text: str = "1 10 10 50 50 0.99\n10 12 10 52 50 0.99\n") -> Path:
    path = folder / "boxes.txt"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("squeezenet-1.7", "Did you mean squeezenet-1"),
        ("zzz", "Choose one of: "),
        ("gone.pkl", "gone.pkl"),
        (".", "There is no snapshot file"),
    ],
    ids=["nearly a name", "not a name", "a missing file", "a folder"],
)
def test_a_snapshot_that_does_not_exist_is_named_as_typed(name: str, said: str, offline: ModelStore) -> None:
    with pytest.raises(ModelError) as caught:
        load_estimator(name, EngineChoice(), store=offline, progress=False)
    assert name in caught.value.message
    assert said in str(caught.value)


def test_a_snapshot_that_cannot_be_downloaded_says_how_to_get_it_manually(offline: ModelStore) -> None:
    with pytest.raises(ModelError, match="HOPENET_OFFLINE") as caught:
        load_estimator(None, EngineChoice(), store=offline, progress=False)
    assert "weights import FILE" in caught.value.advice


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("text.pkl", b"these are words\n"),
        ("other.pkl", pickle.dumps({"fc.weight": [1.0, 2.0]}, protocol=2)),
        ("empty.pkl", b""),
        ("text.onnx", b"these are words\n"),
        ("text.safetensors", b"these are words\n"),
        ("notes.docx", b"these are words\n"),
    ],
    ids=["text as .pkl", "another pickle", "empty", "text as .onnx", "text as .safetensors", "another suffix"],
)
def test_a_file_that_is_not_a_snapshot_is_refused_in_one_line(
    name: str, content: bytes, offline: ModelStore, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        load_estimator(str(path), EngineChoice(device="cpu"), store=offline, progress=False)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_device_that_the_engine_cannot_use_is_refused(snapshot: Path, offline: ModelStore) -> None:
    with pytest.raises(ModelError, match="models on the CPU only, not on cuda"):
        load_estimator(str(snapshot), EngineChoice("cuda", "onnx"), store=offline, progress=False)


def test_a_published_snapshot_is_hashed_once_and_not_converted_again(
    snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_in(tmp_path, snapshot.parent)
    load_estimator("squeezenet-1.1", EngineChoice(device="cpu"), store=store, progress=False)  # It may convert.
    opened = files_opened(monkeypatch)
    forget_digests()
    estimator = load_estimator(
        "squeezenet-1.1", EngineChoice(device="cpu"), store=store, progress=False, helper_processes=True
    )
    assert opened.count(snapshot) == 1
    assert (estimator.record.name, estimator.sha256) == ("squeezenet-1.1", file_sha256(snapshot))
    assert estimator.record.figures == store.record("squeezenet-1.1").figures


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's cache without conversions, and without a memory of checks."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_given, **_named: tmp_path / "user")


def test_a_file_of_the_users_own_is_checked_in_another_process_once(
    own_cache: None, offline: ModelStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(hostile.save(hostile.model(), tmp_path / "mine.onnx"))
    checks: list[object] = []

    def note(function: Callable[..., object], *given: object, **named: object) -> object:
        checks.append(function)
        return processes.run_in_process(function, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(opening, "run_in_process", note)
    for _ in range(2):
        assert load_estimator(path, CPU, store=offline, progress=False).record.name == "made"
    assert checks == [examine]


def test_a_published_file_is_not_checked_again(
    own_cache: None, snapshot: Path, offline: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its hash is known, by whatever name it comes."""
    monkeypatch.setattr(opening, "run_in_process", lambda *_given, **_named: pytest.fail("another process"))
    engine = EngineChoice(device="cpu", engine="torch")
    assert load_estimator(str(snapshot), engine, store=offline, progress=False).record.name == "squeezenet-1.1"


def test_an_imported_file_without_a_published_hash_is_checked(
    own_cache: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    store, trained = store_in(tmp_path), tmp_path / "alpha.pkl"
    torch.save({"fc_yaw.weight": torch.zeros(2, 2)}, trained)
    store.import_file(trained, name="hopenet-300w-lp-alpha1")
    monkeypatch.setattr(opening, "run_in_process", lambda *_given, **_named: pytest.fail("checked"))
    with pytest.raises(pytest.fail.Exception, match="checked"):
        load_estimator("hopenet-300w-lp-alpha1", CPU, store=store, progress=False)


def test_an_endless_model_is_ended_and_named(
    own_cache: None, offline: ModelStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = hostile.save(hostile.endless(), tmp_path / "endless.onnx")
    monkeypatch.setattr(opening, "longest_check_s", lambda _: 4.0)
    with pytest.raises(ModelError) as caught:
        load_estimator(str(path), CPU, store=offline, progress=False)
    assert str(caught.value) == "endless.onnx cannot be used: it gave no answer within 4 s."


def test_a_file_that_crashes_its_check_is_named(
    own_cache: None, offline: ModelStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = hostile.save(hostile.model(), tmp_path / "crash.onnx")
    monkeypatch.setattr(opening, "examine", _crash)
    with pytest.raises(ModelError) as caught:
        load_estimator(str(path), CPU, store=offline, progress=False)
    said = "crash.onnx cannot be used: loading it crashed, or needed more than 6 GB of memory."
    assert str(caught.value) == said


def test_a_check_ends_when_it_is_cancelled(own_cache: None, offline: ModelStore, tmp_path: Path) -> None:
    path, stop = hostile.save(hostile.endless(), tmp_path / "endless.onnx"), Stop()
    timer = threading.Timer(2.0, stop.request)
    timer.start()
    with pytest.raises(Cancelled):
        load_estimator(str(path), CPU, store=offline, progress=False, stop=stop)
    timer.join()


def _crash(_plan: object) -> None:
    os._exit(11)


@pytest.mark.parametrize("detector", [kind for kind in DETECTORS if not kind.needs_boxes], ids=lambda kind: kind.name)
def test_only_a_detector_that_blocks_threads_is_opened_in_another_process(
    detector: DetectorKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[str] = []
    monkeypatch.setattr(opening, "DetectorProcess", lambda *_given, **_named: used.append("another process"))
    monkeypatch.setattr(opening, "open_detector", lambda *_given, **_named: used.append("this process"))
    store = ModelStore.standard()
    monkeypatch.setattr(store, "path", lambda *_given, **_named: Path("model"))
    opening.load_detector(DetectorChoice(detector.name), store=store, progress=False, helper_processes=True)
    assert used == ["another process" if detector.blocks_threads else "this process"]
    assert detector.blocks_threads == detector.name.startswith("dlib")


def test_a_snapshot_is_loaded_by_its_name(snapshot: Path, tmp_path: Path) -> None:
    store = store_in(tmp_path, snapshot.parent)
    estimator = load_estimator("squeezenet-1.1", EngineChoice(device="cpu"), store=store, progress=False)
    assert estimator.record.architecture == "Squeezenet_1_1"
    assert estimator.engine.name == "onnx-cpu"


def test_an_unknown_detector_is_refused_with_the_valid_names(offline: ModelStore) -> None:
    with (
        pytest.raises(UsageError) as caught,
        face_detector(DetectorChoice("medipipe"), store=offline, frame_count=None, progress=False),
    ):
        pass
    assert "“medipipe”" in caught.value.message
    assert all(kind.name in caught.value.advice for kind in DETECTORS)


def test_auto_uses_mediapipe_silently(blazeface: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = store_in(tmp_path, blazeface.parent)
    with face_detector(DetectorChoice(), store=store, frame_count=None, progress=False) as detector:
        assert detector.name == "mediapipe"
    assert not caplog.records


def test_auto_uses_dlibs_hog_if_no_model_is_available_and_says_so_in_one_line(
    offline: ModelStore, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.WARNING),
        face_detector(DetectorChoice(), store=offline, frame_count=None, progress=False) as detector,
    ):
        assert detector.name == "dlib-hog"
    (warning,) = (record.getMessage() for record in caplog.records)
    assert warning.startswith("The detector dlib-hog is used instead of mediapipe: ")
    assert "\n" not in warning


def test_auto_uses_dlibs_cnn_if_only_its_model_is_available(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HOPENET_OFFLINE", "1")
    (model_name,) = (kind.model_name for kind in DETECTORS if kind.name == "dlib-cnn")
    assert model_name is not None
    model = ModelStore.standard().find(model_name)
    if model is None:
        pytest.skip(f"needs the model {model_name}")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / model.name).write_bytes(model.read_bytes())
    store = store_in(tmp_path, tmp_path / "models")
    with (
        caplog.at_level(logging.WARNING),
        face_detector(DetectorChoice(), store=store, frame_count=None, progress=False) as detector,
    ):
        assert detector.name == "dlib-cnn"
    assert len(caplog.records) == 1


def test_a_detector_chosen_by_name_is_not_replaced_by_another(offline: ModelStore) -> None:
    with (
        pytest.raises(ModelError, match="HOPENET_OFFLINE"),
        face_detector(DetectorChoice("mediapipe"), store=offline, frame_count=None, progress=False),
    ):
        pass


def test_a_file_with_a_models_name_and_other_contents_is_refused(offline: ModelStore, tmp_path: Path) -> None:
    record = offline.record("blazeface-short-range")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / record.filename).write_bytes(b"not a model")
    with (
        pytest.raises(ModelError),
        face_detector(DetectorChoice("mediapipe"), store=offline, frame_count=None, progress=False),
    ):
        pass


@pytest.mark.parametrize("name", ["auto", "boxes"])
def test_a_box_file_selects_its_detector(name: str, offline: ModelStore, tmp_path: Path) -> None:
    choice = DetectorChoice(name, boxes=box_file(tmp_path))
    with face_detector(choice, store=offline, frame_count=10, progress=False) as detector:
        assert detector.name == "boxes"


@pytest.mark.parametrize(
    ("name", "with_file", "said"),
    [("boxes", False, "--boxes FILE"), ("dlib-hog", True, "Choose the detector “boxes”")],
    ids=["boxes without a file", "a file for another detector"],
)
def test_a_box_file_and_its_detector_go_together(
    name: str, with_file: bool, said: str, offline: ModelStore, tmp_path: Path
) -> None:
    choice = DetectorChoice(name, boxes=box_file(tmp_path) if with_file else None)
    with (
        pytest.raises(UsageError) as caught,
        face_detector(choice, store=offline, frame_count=10, progress=False),
    ):
        pass
    assert said in str(caught.value)


def test_a_box_file_of_a_longer_video_is_refused(offline: ModelStore, tmp_path: Path) -> None:
    choice = DetectorChoice("boxes", boxes=box_file(tmp_path))
    with (
        pytest.raises(BoxFileError, match="belongs to another video: its boxes reach frame 10, but this video has 5"),
        face_detector(choice, store=offline, frame_count=5, progress=False),
    ):
        pass


def test_a_box_file_slightly_longer_than_the_video_is_accepted(offline: ModelStore, tmp_path: Path) -> None:
    choice = DetectorChoice("boxes", boxes=box_file(tmp_path))
    with face_detector(choice, store=offline, frame_count=9, progress=False) as detector:
        assert detector.name == "boxes"


def test_any_box_file_is_accepted_if_the_length_of_the_video_is_unknown(offline: ModelStore, tmp_path: Path) -> None:
    choice = DetectorChoice("boxes", boxes=box_file(tmp_path))
    with face_detector(choice, store=offline, frame_count=None, progress=False) as detector:
        assert detector.name == "boxes"


@pytest.mark.parametrize(
    ("text", "said"), [("1 10 10 50\n", "line 1"), ("\n\n1 a b c d\n", "line 3"), ("", "contains no boxes")], ids=repr
)
def test_a_box_file_that_cannot_be_read_is_refused_with_the_line(
    text: str, said: str, offline: ModelStore, tmp_path: Path
) -> None:
    choice = DetectorChoice("boxes", boxes=box_file(tmp_path, text))
    with (
        pytest.raises(BoxFileError, match=said),
        face_detector(choice, store=offline, frame_count=9, progress=False),
    ):
        pass


def test_empty_boxes_are_counted_in_one_warning(
    offline: ModelStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    choice = DetectorChoice("boxes", boxes=box_file(tmp_path, "1 10 10 50 50\n2 9 9 9 9\n3 9 9 5 9\n"))
    with (
        caplog.at_level(logging.WARNING),
        face_detector(choice, store=offline, frame_count=9, progress=False),
    ):
        pass
    (warning,) = (record.getMessage() for record in caplog.records)
    assert "2 boxes are empty" in warning


def test_the_detector_is_closed_when_the_block_ends(offline: ModelStore, tmp_path: Path) -> None:
    import numpy as np

    choice = DetectorChoice("boxes", DetectorOptions(), box_file(tmp_path))
    with face_detector(choice, store=offline, frame_count=None, progress=False) as detector:
        pass
    with pytest.raises(ValueError, match="closed"):
        detector.detect(np.zeros((9, 9, 3), np.uint8), index=0, time_s=0.0)
