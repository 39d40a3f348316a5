"""Evaluating a snapshot on a head set, and the report."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from hopenet import HeadPose, HeadPoseEstimator, PoseEstimate, PoseSpread, SquareCrop
from hopenet.batches import LARGEST_BATCH
from hopenet.datasets import LabelledHead, open_dataset
from hopenet.evaluation import (
    BadHead,
    Bootstrap,
    CropView,
    EvaluatedHead,
    EvaluationRun,
    ViewEstimate,
    as_text,
    available_crops,
    box_view,
    errors_of,
    estimate_heads,
    evaluation_report,
    landmark_view,
    network_crop,
    published_view,
    whole_view,
)
from hopenet.preprocess import BgrImage
from hopenet.records import SnapshotRecord

IMAGE = np.zeros((100, 120, 3), np.uint8)
POSE = HeadPose(10.0, 0.0, 0.0)


@dataclass(frozen=True)
class Heads:
    """Heads held in memory."""

    heads: dict[str, LabelledHead]
    name: str = "held"

    @property
    def names(self) -> Sequence[str]:
        return tuple(self.heads)

    def read(self, name: str) -> LabelledHead:
        if name not in self.heads:
            raise FileNotFoundError(f"There is no head {name}.")
        return self.heads[name]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "head.png"
    assert cv2.imwrite(str(path), np.random.default_rng(0).integers(0, 255, (90, 90, 3), np.uint8))
    return path


@pytest.mark.slow
def test_the_published_figure_is_reproduced_to_four_decimals(shared_data: Path, published_snapshot: Path) -> None:
    """The reference has the angles of each picture, made with the published preprocessing."""
    version, expected = {"squeezenet_1_0": ("sq10", 8.7868), "squeezenet_1_1": ("sq11", 9.3474)}[
        published_snapshot.stem
    ]
    heads = open_dataset("aflw2000", shared_data / "aflw2000_dev")
    with (shared_data / "aflw2000_dev_reference.csv").open(newline="") as lines:
        reference = {Path(row["name"]).stem: row for row in csv.DictReader(lines)}
    estimator = HeadPoseEstimator.load(published_snapshot, device="cpu")
    outcome = estimate_heads(estimator, heads, heads.names, [published_view()], largest_deg=99)
    done = evaluation_report(outcome, ["published"], wrap="none", bootstrap=Bootstrap())
    assert done.main.figures is not None
    assert (done.heads, done.beyond, done.bad) == (400, 0, ())
    assert round(done.main.figures.everything.mae.together.value, 4) == expected
    assert [band.heads for band in done.main.figures.bands] == [200, 110, 90]
    found = [look.estimate.pose for seen in outcome.evaluated for look in seen.estimates if look]
    true = [
        [float(reference[seen.name][f"{version}_{a}"]) for a in ("yaw", "pitch", "roll")] for seen in outcome.evaluated
    ]
    assert np.abs(np.array(found) - np.array(true)).mean() < 0.01


def test_estimates_stay_with_their_heads_and_views_over_several_batches(
    estimator: HeadPoseEstimator, picture: Path
) -> None:
    count = LARGEST_BATCH // 2 + 5
    squares = [(5.0 + n, 5.0, 45.0 + n, 45.0) for n in range(count)]
    heads = Heads({str(n): LabelledHead(picture, POSE, face_square=square) for n, square in enumerate(squares)})
    image = cv2.imread(str(picture))
    assert image is not None

    def every_other(_: BgrImage, index: int) -> list[tuple[float, float, float, float]]:
        return [squares[index]] if index % 2 else []

    called: list[int] = []
    views = [landmark_view(estimator.record), box_view("mine", every_other, SquareCrop(1.0))]
    outcome = estimate_heads(estimator, heads, heads.names, views, progress=lambda: called.append(1))
    expected = estimator.estimate(np.asarray(image, np.uint8), squares, crop=SquareCrop(1.0))
    assert len(called) == count
    for n, (seen, estimate) in enumerate(zip(outcome.evaluated, expected, strict=True)):
        by_label, by_box = seen.estimates
        assert by_label is not None
        assert estimate is not None
        assert by_label.estimate.pose == pytest.approx(estimate.pose, abs=0.01)
        assert (by_box is not None) == bool(n % 2)
        if by_box is not None:
            assert by_box.estimate.pose == pytest.approx(estimate.pose, abs=0.01)


def test_heads_beyond_the_bins_are_counted_and_left_out(estimator: HeadPoseEstimator, picture: Path) -> None:
    heads = Heads(
        {
            "kept": LabelledHead(picture, HeadPose(0, 0, 99)),
            "beyond": LabelledHead(picture, HeadPose(0, -99.1, 0)),
        }
    )
    outcome = estimate_heads(estimator, heads, heads.names, [whole_view()], largest_deg=99)
    assert ([seen.name for seen in outcome.evaluated], outcome.beyond) == (["kept"], 1)


def test_bad_heads_stop_the_run_or_are_named(estimator: HeadPoseEstimator, picture: Path, tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("no picture", encoding="utf-8")
    heads = Heads(
        {
            "good": LabelledHead(picture, POSE, published_crop=(5, 5, 80, 80)),
            "text": LabelledHead(tmp_path / "text.jpg", POSE, published_crop=(5, 5, 80, 80)),
            "outside": LabelledHead(picture, POSE, published_crop=(500, 500, 600, 600)),
        }
    )
    names = [*heads.names, "gone"]
    with pytest.raises(ValueError, match=r"text\.jpg cannot be read as a picture"):
        estimate_heads(estimator, heads, names, [published_view()])
    outcome = estimate_heads(estimator, heads, names, [published_view()], skip_bad=True)
    assert [seen.name for seen in outcome.evaluated] == ["good"]
    assert [bad.name for bad in outcome.bad] == ["text", "outside", "gone"]
    assert outcome.bad[1].reason == "The head in head.png is too small or lies outside the picture."


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        pytest.param({}, {"whole": (0, 0, 120, 100)}, id="whole picture"),
        pytest.param({"face_square": (10, 10, 50, 50)}, {"landmarks": (10, 10, 50, 50)}, id="landmarks alone"),
        pytest.param({"published_crop": (1, 2, 30, 40)}, {"published": (1, 2, 30, 40)}, id="published crop alone"),
        pytest.param(
            {"published_crop": (1, 2, 30, 40), "face_square": (10, 10, 50, 50)},
            {"landmarks": (10, 10, 50, 50), "published": (1, 2, 30, 40)},
            id="both",
        ),
        pytest.param({"cropped": False}, {}, id="neither"),
    ],
)
def test_a_label_gives_the_crops_it_has(head: dict[str, object], expected: dict[str, tuple[int, ...]]) -> None:
    labelled = LabelledHead(Path("head.png"), POSE, **head)  # type: ignore[arg-type]
    assert set(available_crops(Heads({"one": labelled}), ["gone", "one"])) == set(expected)
    for view in (landmark_view(SnapshotRecord("ResNet18")), published_view(), whole_view()):
        if view.name in expected:
            assert view.rectangle(labelled, IMAGE, 0) == expected[view.name]
        elif view.name != "whole":
            with pytest.raises(ValueError, match=r"The label of head\.png has no"):
                view.rectangle(labelled, IMAGE, 0)


def test_a_set_that_cannot_be_read_has_no_crops() -> None:
    with pytest.raises(FileNotFoundError, match="no head gone"):
        available_crops(Heads({}), ["gone", "lost"])


def test_the_records_own_rule_for_landmarks_is_used() -> None:
    record = SnapshotRecord("ResNet18", crops={"landmarks": SquareCrop(1.5, 0.1), "default": SquareCrop(9.0)})
    labelled = LabelledHead(Path("head.png"), POSE, face_square=(20.0, 20.0, 60.0, 60.0))
    assert landmark_view(record).rectangle(labelled, IMAGE, 0) == (10, 14, 70, 74)


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        pytest.param([], None, id="no box"),
        pytest.param([(70, 70, 110, 95)], None, id="another face"),
        pytest.param([(70, 70, 110, 95), (12, 12, 52, 52), (30, 30, 60, 60)], (12, 12, 52, 52), id="largest overlap"),
        pytest.param([(10, 10, 24, 24)], (10, 10, 24, 24), id="just enough overlap"),
        pytest.param([(10, 10, 22, 22)], None, id="too little overlap"),
    ],
)
def test_the_box_of_the_labelled_face_is_taken(
    boxes: list[tuple[float, ...]], expected: tuple[int, ...] | None
) -> None:
    labelled = LabelledHead(Path("head.png"), POSE, face_square=(10.0, 10.0, 50.0, 50.0))
    view = box_view("mine", lambda image, index: boxes, SquareCrop(1.0))  # type: ignore[arg-type,return-value]
    assert view.rectangle(labelled, IMAGE, 0) == expected


def test_the_largest_box_is_taken_if_the_label_has_no_position() -> None:
    labelled = LabelledHead(Path("head.png"), POSE, cropped=False)
    view = box_view("mine", lambda image, index: [(5, 5, 15, 15), (40, 40, 60, 60)], SquareCrop(1.0))
    assert view.rectangle(labelled, IMAGE, 0) == (40, 40, 60, 60)


def test_a_crop_is_made_coarse_after_cropping() -> None:
    image = np.random.default_rng(1).integers(0, 255, (60, 60, 3), np.uint8)
    fine, coarse = (
        network_crop(LabelledHead(Path("head.png"), POSE, coarsen=factor), image, (6, 6, 36, 36)) for factor in (1, 3)
    )
    assert fine is not None
    assert coarse is not None
    assert np.array_equal(fine, image[6:36, 6:36])
    assert np.array_equal(coarse, fine[1::3, 1::3].repeat(3, axis=0).repeat(3, axis=1))


def seen(yaw: float, *found: float | None) -> EvaluatedHead:
    estimates = [
        None if one is None else ViewEstimate((0, 0, 9, 9), PoseEstimate(HeadPose(one, 0, 0), PoseSpread(3, 3, 3)))
        for one in found
    ]
    return EvaluatedHead(f"{yaw}", LabelledHead(Path("head.png"), HeadPose(yaw, 0, 0)), tuple(estimates))


def test_a_detector_is_compared_on_the_heads_that_it_found() -> None:
    outcome = EvaluationRun((seen(0, 3, 6), seen(40, 100, None), seen(70, 73, 79)), beyond=0, bad=())
    done = evaluation_report(outcome, ["landmarks", "mine"], wrap="none", bootstrap=Bootstrap(100))
    assert [(view.found, view.missed) for view in done.views] == [(3, 0), (2, 1)]
    assert done.same_heads is not None
    assert done.same_heads.figures is not None
    assert done.same_heads.figures.everything.mae.yaw.value == 3
    assert done.main.figures is not None
    assert done.main.figures.everything.mae.yaw.value == 7.5
    assert done.worse_by is not None
    assert done.worse_by.value == pytest.approx(1.5)
    text = as_text(done).splitlines()
    assert next(line for line in text if "not found" in line).split() == ["not", "found", "1"]
    assert next(line for line in text if "same heads" in line).split()[4:8] == ["2", "3.00", "0.00", "0.00"]
    assert next(line for line in text if line.startswith("difference")).split()[-4] == "+1.50"


def test_if_a_detector_finds_nothing_only_the_figures_of_the_labels_remain() -> None:
    done = evaluation_report(
        EvaluationRun((seen(0, 3, None),), 0, ()), ["landmarks", "mine"], wrap="none", bootstrap=Bootstrap(0)
    )
    assert (done.main.figures, done.same_heads, done.worse_by) == (None, None, None)
    assert "mine boxes" in as_text(done)


def test_a_report_needs_at_least_one_head() -> None:
    with pytest.raises(ValueError, match="No heads left to evaluate"):
        evaluation_report(EvaluationRun((), 3, ()), ["landmarks"], wrap="none", bootstrap=Bootstrap())


def test_errors_depend_on_the_wrap() -> None:
    heads = [seen(-179, 179)]
    assert errors_of(heads, 0).mean_of_three[0] == pytest.approx(358 / 3)
    assert errors_of(heads, 0, wrap="360").mean_of_three[0] == pytest.approx(2 / 3)


def test_a_head_without_a_number_is_left_out_and_named_and_the_others_are_measured(
    estimator: HeadPoseEstimator, picture: Path
) -> None:
    class Broken:
        name = "broken"

        def logits(self, batch: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> object:
            logits = np.zeros((len(batch), 3, 66), np.float32)
            logits[1, 2, 7] = np.nan
            return logits

    broken = HeadPoseEstimator(Broken(), replace(estimator.record), sha256="")  # type: ignore[arg-type]
    view = CropView("whole", lambda head, image, _: (0, 0, 90, 90))
    heads = Heads(dict.fromkeys(("one", "two", "three"), LabelledHead(picture, POSE)))
    run = estimate_heads(broken, heads, ["one", "two", "three"], [view])
    assert [head.name for head in run.evaluated] == ["one", "three"]
    assert [head.estimates[0] is not None for head in run.evaluated] == [True, True]
    assert run.bad == (BadHead("two", "The network's answer for it is not a number."),)
