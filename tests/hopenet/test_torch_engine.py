from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from hopenet import torch_engine
from hopenet.architectures import ARCHITECTURES
from hopenet.batches import GPU_SIZES, DeviceMemoryFull, Logits, size_for
from hopenet.cuda_graphs import GraphedNetwork
from hopenet.engines import PixelEngine
from hopenet.folding import fold_batch_norms
from hopenet.networks import build
from hopenet.preprocess import PixelBatch, stacked, to_batch
from hopenet.snapshots import LoadedSnapshot, read_weights
from hopenet.torch_engine import TorchEngine
from hopenet.trial_pictures import ordinary_faces, trial_pictures

COMPACT = Path(__file__).parents[2] / "weights" / "compact.onnx"


@pytest.fixture(scope="module")
def compact() -> LoadedSnapshot:
    return read_weights(COMPACT)


@pytest.fixture(scope="module")
def engine(compact: LoadedSnapshot) -> TorchEngine:
    return TorchEngine(compact, "cpu")


def pixels(engine: TorchEngine, count: int) -> PixelBatch:
    pictures = trial_pictures(engine.record.input_size)
    return stacked([pictures[place % len(pictures)] for place in range(count)], engine.record.input_size)


def test_normalised_by_the_engine_pixels_give_the_numbers_of_a_normalised_batch(engine: TorchEngine) -> None:
    squares = ordinary_faces(engine.record.input_size)
    by_engine = engine.pixel_logits(stacked(squares, engine.record.input_size))
    np.testing.assert_array_equal(by_engine, engine.logits(to_batch(squares, engine.record)))
    assert isinstance(engine, PixelEngine)


def test_no_faces_give_no_logits_and_another_shape_is_refused(engine: TorchEngine) -> None:
    side = engine.record.input_size
    assert engine.pixel_logits(np.empty((0, side, side, 3), np.uint8)).shape == (0, 3, 66)
    with pytest.raises(ValueError, match=rf"shape \(N, {side}, {side}, 3\), not"):
        engine.pixel_logits(np.zeros((1, 3, side, side), np.uint8))


@pytest.mark.parametrize("name", [one.name for one in ARCHITECTURES if one.name not in ("ResNet101", "ResNet152")])
def test_with_batch_norms_folded_a_network_gives_the_same_numbers(name: str) -> None:
    torch.manual_seed(0)
    network, batch = build(name).double().train(), torch.randn(4, 3, 64, 64, dtype=torch.float64)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 1.0
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias)
    with torch.no_grad():
        network(batch)
        expected = network.eval()(batch)
        folded = fold_batch_norms(network)(batch)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in network.modules())
    torch.testing.assert_close(folded, expected, atol=1e-6, rtol=1e-6)


class FullDevice(nn.Module):
    """Stands in for a network on a device whose memory holds a few faces."""

    def __init__(self, network: nn.Module, room: int) -> None:
        super().__init__()
        self.network, self.room = network, room

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        if len(batch) > self.room:
            _raise_out_of_memory()
        answer: torch.Tensor = self.network(batch)
        return answer


def test_torch_out_of_memory_leads_to_smaller_batches_with_the_same_angles(compact: LoadedSnapshot) -> None:
    engine = TorchEngine(compact, "cpu")
    crops = pixels(engine, 11)
    expected = engine.pixel_logits(crops)
    assert not engine.notices
    engine._network = FullDevice(engine._network, room=4)  # type: ignore[assignment]
    np.testing.assert_allclose(engine.pixel_logits(crops), expected, atol=1e-4)
    assert engine.notices == (
        "The memory of the GPU is full, so at most 2 faces are estimated at once, which takes longer.",
    )


def _raise_out_of_memory() -> None:
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")


class FakeGraph:
    """A graph that runs at once on the CPU, with room for a few faces. Like the real one, it has a fixed size."""

    made: list[int]
    room: int

    def __init__(self, network: Callable[[torch.Tensor], torch.Tensor], size: int, side: int, pool: object) -> None:
        if size > self.room:
            try:
                _raise_out_of_memory()
            except torch.OutOfMemoryError:
                # What torch does where the memory is full within a capture.
                raise RuntimeError("CUDA error: operation failed due to a previous error during capture") from None
        self.made.append(size)
        self._network, self._pixels = network, torch.zeros((size, side, side, 3), dtype=torch.uint8)

    def begin(self, pixels: PixelBatch) -> Callable[[], Logits]:
        self._pixels[: len(pixels)] = torch.from_numpy(pixels)
        logits = self._network(self._pixels).numpy()[: len(pixels)]
        return lambda: logits


@pytest.fixture
def graph(monkeypatch: pytest.MonkeyPatch) -> type[FakeGraph]:
    FakeGraph.made, FakeGraph.room = [], 512
    monkeypatch.setattr("hopenet.cuda_graphs._Graph", FakeGraph)
    monkeypatch.setattr(torch.cuda, "graph_pool_handle", lambda: (0, 0))
    return FakeGraph


@pytest.mark.parametrize("count", [1, 3, 13, 20])
def test_batches_are_filled_up_to_a_captured_size_and_the_filling_is_cut_off(
    count: int, engine: TorchEngine, graph: type[FakeGraph]
) -> None:
    graphed = GraphedNetwork(engine._forward, engine.record.input_size)
    crops = pixels(engine, count)
    for _ in range(2):
        np.testing.assert_allclose(graphed.begin(crops)(), engine.pixel_logits(crops), atol=1e-4)
    assert graph.made == [size_for(count)]


def test_a_capture_without_memory_forgets_larger_graphs_and_keeps_smaller_ones(
    engine: TorchEngine, graph: type[FakeGraph]
) -> None:
    graphed = GraphedNetwork(engine._forward, engine.record.input_size)
    graphed.begin(pixels(engine, 2))()
    graph.room = 2
    with pytest.raises(DeviceMemoryFull):
        graphed.begin(pixels(engine, 5))
    assert len(graphed.begin(pixels(engine, 2))()) == 2
    assert graph.made == [2]


@pytest.fixture
def pretended_gpu(graph: type[FakeGraph], monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets an engine for CUDA run on the CPU: half precision, folding, graphs, and the check of the angles."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch_engine, "_torch_device", lambda device: torch.device("cpu"))


@pytest.mark.usefixtures("pretended_gpu")
def test_on_a_gpu_the_network_runs_in_half_precision_within_a_tenth_of_a_degree(compact: LoadedSnapshot) -> None:
    engine = TorchEngine(compact, "cuda")
    assert engine.name == "torch-cuda"
    assert {one.dtype for one in engine._network.network.parameters()} == {torch.float16}
    assert engine.notices == ()
    errors = np.subtract(engine._angles(), TorchEngine(compact, "cpu")._angles())
    assert 0 < np.abs(errors).max() <= 0.1
    assert engine.parts.largest == GPU_SIZES[-1]


@pytest.mark.usefixtures("pretended_gpu")
def test_a_network_that_half_precision_falsifies_runs_in_single_precision_with_a_notice(
    compact: LoadedSnapshot,
) -> None:
    tensors = {name: tensor.clone() for name, tensor in compact.tensors.items()}
    tensors["stem.1.weight"] *= 1e6  # Overflows in half precision.
    engine = TorchEngine(LoadedSnapshot(compact.record, tensors), "cuda")
    assert {one.dtype for one in engine._network.network.parameters()} == {torch.float32}
    (notice,) = engine.notices
    assert notice == (
        f"In half precision, the angles of the snapshot {compact.record.name} would be wrong by more than 0.1°, so the "
        "GPU computes in single precision, which is slower."
    )
    assert np.isfinite(engine._angles()).all()
