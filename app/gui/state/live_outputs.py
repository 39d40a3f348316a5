"""Live outputs while the window is open: which are switched on, their settings, and the profiles that keep them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from app.errors import StudioError, UsageError
from app.gui.kit.global_key import KEYS, Listening, listen
from app.gui.kit.workers import Workers
from app.gui.state.live_view import LiveView
from app.live_outputs.nod import send_nod
from app.live_outputs.output import OutputAddress
from app.live_outputs.output_thread import OutputState, OutputThread
from app.live_outputs.places import profiles_path
from app.live_outputs.profiles import ProfileFile, Profiles
from app.live_outputs.sender import HeadSender, SentNow
from app.live_outputs.settings import ListedOutput, OutputSettings, Profile
from app.live_outputs.table import parse_address, place
from app.threads.signals import Stop
from app.threads.workers import SerialWorker, Worker

_SAVE_AFTER_MS = 500


@dataclass(frozen=True, slots=True)
class OutputRow:
    """An output in the list. `state` is None while it is switched off."""

    address: str
    state: OutputState | None


class LiveOutputs(QObject):
    """Every change is saved in the profile in use, a moment later. Nothing is sent before an output is switched on.

    Thread: the GUI's. Outputs have threads of their own.
    """

    changed = Signal()
    """The profiles, the list of outputs, or which of them are on have changed."""
    sending_changed = Signal(int)
    """How many outputs are switched on."""
    refused = Signal(object)
    """StudioError: something that the user asked for in the list was not possible."""
    failed = Signal(object)
    """StudioError: an output could not be opened or has ended, or the profiles could not be saved."""
    nod_ended = Signal()

    def __init__(self, live_view: LiveView, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._live_view = live_view
        self._workers = workers
        self._file = ProfileFile(profiles_path())
        self._saver = SerialWorker("profiles")
        self._sender = HeadSender()
        self._threads: dict[str, OutputThread] = {}
        self._nod: tuple[Worker, Stop] | None = None
        self._key = ""
        self._listening: Listening | None = None
        self.profiles = Profiles()
        self._edited = False
        self._is_read = False
        self._when_read: list[Callable[[], object]] = []
        self._save_timer = QTimer(self, singleShot=True, interval=_SAVE_AFTER_MS)
        self._save_timer.timeout.connect(self._save)
        workers.run(self._file.read, self._take)

    # What there is

    @property
    def profile(self) -> Profile:
        return self.profiles.profile

    @property
    def settings(self) -> OutputSettings:
        return self.profile.settings

    @property
    def rows(self) -> tuple[OutputRow, ...]:
        return tuple(OutputRow(listed.address, self._state(listed.address)) for listed in self.profile.outputs)

    @property
    def sending(self) -> int:
        """How many outputs are switched on."""
        return len(self._threads)

    @property
    def latest(self) -> SentNow | None:
        """The present values before and after the mapping; None while nothing is sent or no face is found."""
        return self._sender.latest if self._threads else None

    @property
    def is_nodding(self) -> bool:
        return self._nod is not None

    # What the user does

    def when_read(self, call: Callable[[], object]) -> None:
        """Calls it once the profiles have been read; at once if they have. A change before that would replace them."""
        if self._is_read:
            call()
        else:
            self._when_read.append(call)

    def use(self, settings: OutputSettings) -> None:
        self._change(replace(self.profile, settings=settings))

    def send_at_start(self, wanted: bool) -> None:
        self._change(replace(self.profile, send_at_start=wanted))

    def hear_key(self, key: str) -> None:
        """Sets the neutral pose by this key in all programs while something is sent; empty for none."""
        self._change(replace(self.profile, neutral_key=key))

    def add(self, text: str) -> bool:
        """Adds an address to the list, switched off. Returns whether it is one; otherwise `refused` says why."""
        try:
            parsed = parse_address(text)
        except UsageError as error:
            self.refused.emit(error)
            return False
        address = parsed.text
        listed = next((one.address for one in self.profile.outputs if _same_place(one.address, parsed)), None)
        if listed is not None:
            self.refused.emit(
                UsageError(
                    f"{address} is in the list already."
                    if listed == address
                    else f"{address} means the same place as {listed}, which is in the list already."
                )
            )
            return False
        self._change(replace(self.profile, outputs=(*self.profile.outputs, ListedOutput(address))))
        return True

    def remove(self, address: str) -> None:
        """Takes an output out of the list, and closes it."""
        self._close(address)
        others = tuple(listed for listed in self.profile.outputs if listed.address != address)
        self._change(replace(self.profile, outputs=others))
        self.sending_changed.emit(self.sending)

    def switch(self, address: str, *, on: bool) -> None:
        if on == (address in self._threads):
            return
        if on:
            self._open(address)
        else:
            self._close(address)
        self._note_switched()

    def choose(self, name: str) -> None:
        """Uses another profile. Outputs that are on and also in it stay on."""
        if name not in self.profiles.all or name == self.profiles.current:
            return
        self._save()
        self.profiles = replace(self.profiles, current=name)
        self._keep_only_listed()
        self._note_switched()

    def add_profile(self, name: str) -> None:
        """Saves the present settings under another name, and uses that profile."""
        self._save()
        self.profiles = self.profiles.with_profile(name, self.profile)
        self._note_switched()

    def remove_profile(self) -> None:
        """Deletes the profile in use."""
        self._save_timer.stop()
        name = self.profiles.current
        self._change_file(lambda known: known.without(name))
        self.profiles = self.profiles.without(name)
        self._keep_only_listed()
        self._note_switched()

    def nod(self) -> None:
        """Sends a nod to the outputs that are on; `nod_ended` follows."""
        if self._nod is not None:
            return
        if not self._threads:
            self.refused.emit(
                StudioError("There is no output to test.", advice="Switch one on first, by the box before its address.")
            )
            return
        stop = Stop()

        def run() -> None:
            send_nod(self._sender, stop)
            self._workers.post(self._end_nod)

        self._nod = Worker("nod", run), stop

    def resume(self) -> None:
        """Switches on what was on when the program ended, if the user has asked for that in the profile in use."""
        self._workers.run(self._file.read, self._resume)

    def close(self) -> None:
        """Closes all outputs, saves what is not saved yet, and waits for both."""
        if self._nod is not None:
            self._nod[1].request()
            self._nod[0].join()
        self._live_view.watcher.listeners.remove(self._sender)
        self._sender.close()
        self._listen_to("")
        if self._save_timer.isActive():
            self._save()
        self._saver.close()

    # Inside

    def _take(self, read: Profiles) -> None:
        """Shows what is in the file, unless the user has changed something before it was read."""
        if not self._edited:
            self.profiles = read
            self._sender.use(self.settings)
            self.changed.emit()
        self._is_read = True
        waiting, self._when_read = self._when_read, []
        for call in waiting:
            call()

    def _resume(self, read: Profiles) -> None:
        self._take(read)
        for listed in self.profile.outputs if self.profile.send_at_start else ():
            if listed.on:
                self.switch(listed.address, on=True)

    def _open(self, address: str) -> None:
        try:
            parsed = parse_address(address)
        except UsageError as error:  # From a file that somebody has edited.
            self.failed.emit(error)
            return
        if not self._threads:
            self._live_view.watcher.listeners.add(self._sender)
        told = partial(self._workers.post, partial(self._tell, address))
        self._threads[address] = self._sender.add(parsed, changed=told)

    def _tell(self, address: str) -> None:
        """Tells of an output that sends nothing any more, also while its list is not shown."""
        state = self._state(address)
        if state is not None and state.error is not None and state.status in ("refused", "ended"):
            self.failed.emit(state.error)

    def _close(self, address: str) -> None:
        thread = self._threads.pop(address, None)
        if thread is not None:
            self._workers.run(partial(self._sender.remove, thread), lambda _none: None)
        if not self._threads:
            self._live_view.watcher.listeners.remove(self._sender)

    def _keep_only_listed(self) -> None:
        listed = {listed.address for listed in self.profile.outputs}
        for address in set(self._threads) - listed:
            self._close(address)

    def _note_switched(self) -> None:
        """Saves which outputs are on, and tells."""
        outputs = tuple(replace(listed, on=listed.address in self._threads) for listed in self.profile.outputs)
        self._change(replace(self.profile, outputs=outputs))
        self.sending_changed.emit(self.sending)

    def _change(self, profile: Profile) -> None:
        self._edited = True
        self.profiles = self.profiles.with_profile(self.profiles.current, profile)
        self._sender.use(profile.settings)
        self._save_timer.start()
        self._listen_to(profile.neutral_key if self._threads else "")
        self.changed.emit()

    def _listen_to(self, key: str) -> None:
        """Listens to this key instead of the one before."""
        if key == self._key:
            return
        self._key = key
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        if key in KEYS:
            try:
                self._listening = listen(key, lambda: self._workers.post(self._live_view.set_neutral))
            except StudioError as error:
                self.failed.emit(error)

    def _save(self) -> None:
        self._save_timer.stop()
        self._change_file(partial(_put, self.profiles.current, self.profile))

    def _change_file(self, change: Callable[[Profiles], Profiles]) -> None:
        """Changes the file, one change after another."""

        def write() -> None:
            try:
                self._file.change(change)
            except StudioError as error:
                self._workers.post(partial(self.failed.emit, error))

        self._saver.submit(write)

    def _end_nod(self) -> None:
        self._nod = None
        self.nod_ended.emit()

    def _state(self, address: str) -> OutputState | None:
        thread = self._threads.get(address)
        return None if thread is None else thread.state


def _put(name: str, profile: Profile, known: Profiles) -> Profiles:
    """What is in the file, with this profile."""
    return known.with_profile(name, profile)


def _same_place(listed: str, address: OutputAddress) -> bool:
    """Whether the address, of the same kind, means the place of a listed one, which may have been edited by hand."""
    if listed == address.text:
        return True
    with suppress(UsageError):
        other = parse_address(listed)
        return other.scheme == address.scheme and place(other) == place(address)
    return False
