"""The table of commands: every command takes -v, in any place, and has a help text."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app import cli
from app.commands import table
from app.commands.command import Command, CommandGroup, ListedCommand
from app.errors import UsageError

LOADED = [command.load() for command in table.COMMANDS]
NAMES = [
    (command.name, *([inner.name] if inner else []))
    for command in LOADED
    for inner in (command.commands if isinstance(command, CommandGroup) else (None,))
]


@pytest.fixture
def verbosity(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[bool]]:
    """Runs the command line with commands that do nothing, and gives how verbose its log was each time."""
    started: list[bool] = []

    def fake(command: Command) -> Command:
        return replace(command, add_arguments=lambda _parser: None, run=lambda _namespace: 0)

    def faked(command: ListedCommand) -> Command | CommandGroup:
        loaded = load(command)
        if isinstance(loaded, Command):
            return fake(loaded)
        return replace(loaded, commands=tuple(map(fake, loaded.commands)))

    load = ListedCommand.load
    monkeypatch.setattr(ListedCommand, "load", faked)
    monkeypatch.setattr("app.logs.start", lambda *, verbose: started.append(verbose))

    def run(*words: str) -> list[bool]:
        assert cli.run(words) == 0
        return started

    return run


@pytest.mark.parametrize("names", NAMES, ids=" ".join)
@pytest.mark.parametrize("flag", ["-v", "--verbose"])
def test_every_command_takes_verbose_before_and_after_its_name(
    names: tuple[str, ...], flag: str, verbosity: Callable[..., list[bool]]
) -> None:
    for place in range(len(names) + 1):
        verbosity(*names[:place], flag, *names[place:])
    assert verbosity(*names) == [*([True] * (len(names) + 1)), False]


@pytest.mark.parametrize("names", [(), *NAMES], ids=" ".join)
def test_every_command_has_a_help_text_under_its_own_name(
    names: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.parser().parse_args([*names, "--help"])
    assert ended.value.code == 0
    usage = " ".join(("usage: hopenet-studio", *names, "["))
    assert capsys.readouterr().out.startswith(usage)


def test_every_command_has_the_name_of_its_module() -> None:
    assert [command.name for command in LOADED] == [command.name for command in table.COMMANDS]


def test_the_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.parser().parse_args(["--help"])
    text = capsys.readouterr().out
    for command in table.COMMANDS:
        assert f"    {command.name}" in text and command.help in " ".join(text.split())


def test_the_window_loads_no_command_and_knows_their_names() -> None:
    code = """
import sys
from app import cli
assert cli.is_command(["annotate", "a.mp4"]) and not cli.is_command(["a.mp4"])
import app.gui.application
print(*sorted(name for name in sys.modules if name.startswith("app.commands.")), "hopenet.datasets" in sys.modules)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert (run.stdout, run.stderr) == ("app.commands.command app.commands.table False\n", "")
    assert all(cli.is_command([command.name]) for command in table.COMMANDS)


def test_a_failure_that_a_user_can_act_on_is_one_line_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(namespace: Any) -> int:
        raise UsageError("This cannot work.", advice="Try that.")

    failing = Command(name="fail", description="", add_arguments=lambda _parser: None, run=fails)
    monkeypatch.setattr(table, "COMMANDS", (ListedCommand("fail", ""),))
    monkeypatch.setattr(ListedCommand, "load", lambda _self: failing)
    monkeypatch.setattr("app.logs.start", lambda *, verbose: None)
    assert cli.run(["fail"]) == 2
    assert capsys.readouterr().err == "hopenet-studio: This cannot work. Try that.\n"
