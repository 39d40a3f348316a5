"""An event loop in a thread of its own."""

from __future__ import annotations

import asyncio

import pytest

from app.threads.event_loop import EventLoop


async def _failing() -> None:
    raise ValueError("no")


def test_it_returns_and_raises_what_a_coroutine_does() -> None:
    loop = EventLoop("loop")
    try:
        assert loop.run(asyncio.sleep(0, "done")) == "done"
        with pytest.raises(ValueError, match="no"):
            loop.run(_failing())
        with pytest.raises(TimeoutError):
            loop.run(asyncio.sleep(60), timeout_s=0.01)
    finally:
        loop.close()


def test_closing_cancels_what_still_runs() -> None:
    loop = EventLoop("loop")
    ended: list[str] = []

    async def wait() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("cancelled")

    async def start() -> asyncio.Task[None]:
        return asyncio.create_task(wait())

    loop.run(start())
    loop.run(asyncio.sleep(0))  # It has begun.
    loop.close()

    assert ended == ["cancelled"]


def test_calls_are_made_in_order_without_waiting_for_them() -> None:
    loop = EventLoop("loop")
    made: list[int] = []
    for number in range(100):
        loop.call(made.append, number)
    loop.run(asyncio.sleep(0))
    loop.close()

    assert made == list(range(100))
