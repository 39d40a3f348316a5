from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.threads.interrupts import END_SIGNALS, interrupts

PROGRAM = """
import hashlib, signal, sys, threading, time
from app.threads import interrupts as module
module.GRACE_S, module.AGAIN_AFTER_S = {grace_s}, 0.0
with module.interrupts(lambda: print("ended", flush=True)) as noted:
    try:
        print("ready", flush=True)
        {work}
    except KeyboardInterrupt:
        print("interrupted", noted.number, flush=True)
        {after}
print("exit code", noted.exit_code)
"""
NATIVE = "hashlib.pbkdf2_hmac('sha256', b'', b'', 2**31 - 1)"
"""Runs for half an hour in native code, which no signal reaches."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals cannot be sent to a single process there")


@contextmanager
def program(work: str, after: str = "pass", grace_s: float = 600) -> Iterator[subprocess.Popen[str]]:
    text = PROGRAM.format(work=work, after=after, grace_s=grace_s)
    # A process that ignores a signal, such as one in the background, would pass that on.
    before = {number: signal.signal(number, signal.SIG_DFL) for number in END_SIGNALS}
    try:
        process = subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, encoding="utf-8")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    with process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", END_SIGNALS)
def test_each_signal_interrupts_the_main_thread(number: int) -> None:
    with program("time.sleep(600)") as process:
        process.send_signal(number)
        out, _ = process.communicate(timeout=60)
    assert out == f"interrupted {number}\nexit code {128 + number}\n"


@pytest.mark.parametrize("number", END_SIGNALS)
def test_native_code_that_never_returns_is_ended_after_a_while(number: int) -> None:
    # Also afterwards, because the signal may come before the native code has begun.
    with program(NATIVE, after=NATIVE, grace_s=0.2) as process:
        process.send_signal(number)
        out, _ = process.communicate(timeout=60)
    assert (out.splitlines()[-1], process.returncode) == ("ended", 128 + number)


def test_a_second_signal_ends_native_code_at_once() -> None:
    with program(NATIVE, after=NATIVE) as process:
        process.send_signal(signal.SIGTERM)
        # Until it is handled, a second signal of one kind is the same one.
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    assert out.splitlines()[-1] == "ended"
    assert process.returncode in (130, 143)


def test_the_second_signal_does_not_interrupt_the_clean_up() -> None:
    with program("time.sleep(600)", after="time.sleep(600)", grace_s=0.5) as process:
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        assert process.stdout.readline() == "interrupted 2\n"
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    assert (out, process.returncode) == ("ended\n", 130)


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # As after nohup.
    try:
        with interrupts(lambda: None) as noted:
            signal.raise_signal(signal.SIGHUP)
        assert noted.number is None
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_the_handlers_are_as_before_afterwards() -> None:
    before = [signal.getsignal(number) for number in END_SIGNALS]
    with interrupts(lambda: None):
        pass
    assert [signal.getsignal(number) for number in END_SIGNALS] == before
