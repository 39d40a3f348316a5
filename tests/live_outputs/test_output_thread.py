"""Outputs run in threads of their own, and what comes too fast is replaced by what is newer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.errors import OutputError
from app.live_outputs.output import LiveOutput, OutputAddress, OutputEnded
from app.live_outputs.output_thread import OutputState, OutputThread
from app.live_outputs.sample import HeadSample
from app.live_outputs.table import parse_address
from app.threads.signals import Gate
from tests.live_outputs.samples import sample_now

ADDRESS = parse_address("udp://127.0.0.1:9")


class _Kept:
    """An output that keeps what it gets, and waits at a gate."""

    def __init__(self, failure: Callable[[int], Exception | None] = lambda _number: None) -> None:
        self.gate, self.samples, self.closed = Gate(), list[HeadSample](), False
        self._failure = failure

    def __call__(self, address: OutputAddress) -> LiveOutput:
        return self

    def send(self, sample: HeadSample) -> None:
        self.gate.pass_through()
        self.samples.append(sample)
        error = self._failure(len(self.samples))
        if error is not None:
            raise error

    def close(self) -> None:
        self.closed = True


def test_the_newest_frame_wins_and_the_others_are_counted() -> None:
    kept = _Kept()
    kept.gate.close()
    thread = OutputThread(ADDRESS, opened=kept)
    thread.wait_until_open()
    for frame in range(20):
        thread.put((sample_now(frame),))
    kept.gate.open()
    thread.close()

    state = thread.state
    assert kept.samples[-1].frame == 19 and kept.closed
    assert state.sent == len(kept.samples) <= 2 and state.dropped == 20 - state.sent
    assert state.status == "closed" and state.delay_95_ms is not None


def test_nothing_is_sent_after_it_was_closed() -> None:
    kept = _Kept()
    thread = OutputThread(ADDRESS, opened=kept)
    thread.close()
    thread.put((sample_now(),))
    assert kept.samples == []


def test_all_faces_of_a_frame_are_sent_but_to_a_protocol_for_one_head_only_the_first() -> None:
    faces = tuple(replace(sample_now(), track_id=number) for number in (4, 2, 9))
    for address, expected in ((ADDRESS, [4, 2, 9]), (parse_address("opentrack://"), [4])):
        kept = _Kept()
        thread = OutputThread(address, opened=kept)
        thread.put(faces)
        thread.close()
        assert [sample.track_id for sample in kept.samples] == expected


def test_a_failure_is_shown_until_the_next_sample_is_sent() -> None:
    kept = _Kept(lambda number: OutputError("The cable is out.") if number == 1 else None)
    states: list[OutputState] = []
    thread = OutputThread(ADDRESS, opened=kept, changed=lambda: states.append(thread.state) if len(states) else None)
    thread.wait_until_open()
    states.append(thread.state)
    thread.put((sample_now(),))
    while thread.state.status != "failing":
        pass
    thread.put((sample_now(),))
    thread.close()

    assert [state.status for state in states] == ["sending", "failing", "sending", "closed"]
    assert str(states[1].error) == "The cable is out." and states[2].error is None


def test_an_output_that_could_not_send_to_the_end_keeps_the_error_when_it_is_closed() -> None:
    thread = OutputThread(ADDRESS, opened=_Kept(lambda _number: OutputError("The cable is out.")))
    thread.put((sample_now(),))
    thread.close()
    assert (thread.state.status, thread.state.sent, str(thread.state.error)) == ("closed", 0, "The cable is out.")


def test_an_output_whose_receiver_has_gone_ends() -> None:
    kept = _Kept(lambda _number: OutputEnded("The pipe is closed."))
    thread = OutputThread(ADDRESS, opened=kept)
    thread.put((sample_now(),))
    while thread.state.status != "ended":
        pass
    thread.put((sample_now(),))
    thread.close()
    assert len(kept.samples) == 1 and kept.closed


def test_an_output_that_cannot_be_opened_says_why() -> None:
    def refuse(address: OutputAddress) -> LiveOutput:
        raise OutputError("The port is taken.")

    thread = OutputThread(ADDRESS, opened=refuse)
    with pytest.raises(OutputError, match="The port is taken"):
        thread.wait_until_open()
    assert thread.state.status == "refused"
    thread.close()


def test_an_unexpected_failure_ends_the_output_and_not_the_program() -> None:
    kept = _Kept(lambda _number: KeyError("x"))
    thread = OutputThread(ADDRESS, opened=kept)
    thread.put((sample_now(),))
    while thread.state.status != "ended":
        pass
    assert "failed unexpectedly" in str(thread.state.error)
    thread.close()
