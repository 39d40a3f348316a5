from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from hopenet.batches import GPU_SIZES, DeviceMemoryFull, Logits, Parts, size_for
from hopenet.preprocess import InputBatch


class Device:
    """Answers with the first value of each face, and holds at most `room` faces at a time."""

    def __init__(self, room: int = 1000) -> None:
        self.room = room
        self.parts: list[int] = []
        self.waiting = self.most_waiting = 0

    def begin(self, part: InputBatch) -> Callable[[], Logits]:
        if len(part) > self.room:
            raise DeviceMemoryFull
        self.parts.append(len(part))
        self.waiting += 1
        self.most_waiting = max(self.waiting, self.most_waiting)

        def answer() -> Logits:
            self.waiting -= 1
            return part[:, 0, 0]

        return answer


def faces(count: int) -> InputBatch:
    return np.arange(count, dtype=np.float32).reshape(count, 1, 1, 1) * np.ones((1, 3, 2, 2), np.float32)


@pytest.mark.parametrize(
    ("count", "parts"), [(1, [1]), (8, [8]), (9, [8, 1]), (30, [8, 8, 8, 6])], ids=["one", "full", "and one", "many"]
)
def test_a_batch_is_cut_into_parts_and_answered_in_its_order(count: int, parts: list[int]) -> None:
    device = Device()
    answer = Parts(8).run(faces(count), device.begin)
    assert device.parts == parts
    assert answer[:, 0].tolist() == list(range(count))


def test_at_most_two_parts_are_under_way() -> None:
    device = Device()
    Parts(1).run(faces(6), device.begin)
    assert (device.most_waiting, device.waiting) == (2, 0)


def test_where_memory_is_full_batches_become_smaller_and_none_is_lost_or_doubled(
    caplog: pytest.LogCaptureFixture,
) -> None:
    device, parts = Device(room=5), Parts(32)
    answer = parts.run(faces(40), device.begin)
    assert answer[:, 0].tolist() == list(range(40))
    assert device.parts == [4] * 10
    assert parts.notices == (
        "The memory of the GPU is full, so at most 4 faces are estimated at once, which takes longer.",
    )
    assert parts.notices[0] in caplog.messages
    device.room = 1000
    assert parts.run(faces(12), device.begin)[:, 0].tolist() == list(range(12))
    assert device.parts[10:] == [4, 4, 4]


def test_memory_that_fills_up_in_the_middle_keeps_what_was_answered() -> None:
    device, parts = Device(room=8), Parts(8)

    def fuller(part: InputBatch) -> Callable[[], Logits]:
        device.room = 2 if len(device.parts) == 2 else device.room
        return device.begin(part)

    assert parts.run(faces(20), fuller)[:, 0].tolist() == list(range(20))
    assert device.parts == [8, 8, 2, 2]


def test_memory_that_does_not_hold_one_face_is_said_in_one_sentence() -> None:
    with pytest.raises(ValueError, match=r"^The memory of the GPU is full\. Close other programs .* device cpu\.$"):
        Parts(32).run(faces(3), Device(room=0).begin)


def test_a_batch_is_filled_up_to_the_next_size_by_half_of_it_at_most() -> None:
    sizes = [size_for(count) for count in range(1, GPU_SIZES[-1] + 1)]
    assert all(size >= count for count, size in enumerate(sizes, 1))
    assert all(size < 2 * count for count, size in enumerate(sizes, 1))
    assert (size_for(1), size_for(17), size_for(512)) == (1, 24, 512)
    with pytest.raises(ValueError, match="at most 512 faces, not 513"):
        size_for(513)
