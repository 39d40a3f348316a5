"""The computer, its Python, and the folders that the program writes to."""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app import product
from app.doctor.finding import Finding
from app.doctor.requirements import allows, declared, shown_bounds

_LEAST_MEMORY_GB = 1.5
"""A live view with PyTorch loaded takes as much."""
_LEAST_SPACE_GB = 1.0
_CHOSEN = {"exports": "export_folder", "recordings": "recording_folder", "pictures": "picture_folder"}
"""Folders that people choose, with their names in the settings."""
_ELSEWHERE = {
    "this folder": "Change to another folder, such as your home folder, before you start the program.",
    "temporary files": "Set TMPDIR (TEMP on Windows) to a folder that you can write to.",
}
"""What to do about folders that are not the program's own."""
_SUPPORTED = ">=3.11,<3.14"
"""If neither pyproject.toml nor the package's metadata is there."""


def system() -> Iterator[Finding]:
    version = platform.python_version()
    bits = "64" if sys.maxsize > 1 << 32 else "32"
    needed = declared().python or _SUPPORTED
    if allows(needed, version):
        yield Finding("system.python", "ok", {"version": version, "bits": bits, "system": _system()})
    else:
        yield Finding("system.python-unsupported", "failed", {"version": version, "needed": shown_bounds(needed)})
    if bits == "32":
        yield Finding("system.32-bit", "failed")
    if sys.prefix != sys.base_prefix or "CONDA_PREFIX" in os.environ:
        yield Finding("system.environment", "ok")
    elif not getattr(sys, "frozen", False):
        yield Finding("system.no-environment", "note")
    cores = str(_cores())
    memory = _memory_gb()
    if memory is None:
        yield Finding("system.cores", "ok", {"cores": cores})
        return
    values = {"cores": cores, "memory": f"{memory[0]:.1f}", "free": f"{memory[1]:.1f}"}
    low = memory[1] < _LEAST_MEMORY_GB
    yield Finding("system.memory-low" if low else "system.machine", "warning" if low else "ok", values)


def folders() -> Iterator[Finding]:
    settings, broken = _settings()
    if broken is not None:
        yield broken
    yield from _unusable_temporary()
    for what, folder in _places(settings):
        yield _folder(what, folder)


def _places(settings: dict[str, Any]) -> Iterator[tuple[str, Path]]:
    """The folders that the program writes to, each once."""
    import platformdirs

    named = (
        ("settings", settings_file().parent),
        ("models and caches", platformdirs.user_cache_path(product.NAME, appauthor=False)),
        ("log", platformdirs.user_log_path(product.NAME)),
        ("temporary files", Path(tempfile.gettempdir())),
        ("this folder", Path.cwd()),
        *((what, Path(settings[key])) for what, key in _CHOSEN.items() if isinstance(settings.get(key), str)),
    )
    seen = set()
    for what, folder in named:
        if folder not in seen:
            seen.add(folder)
            yield what, folder


def settings_file() -> Path:
    """As `app.preferences.preferences_path`, without what that imports."""
    import platformdirs

    named = os.environ.get("HOPENET_SETTINGS")
    if named:
        return Path(os.path.expanduser(named))  # noqa: PTH111 — it never raises
    return platformdirs.user_config_path(product.NAME) / "settings.toml"


def _settings() -> tuple[dict[str, Any], Finding | None]:
    path = settings_file()
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig")), None
    except FileNotFoundError:
        return {}, None
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        return {}, Finding("folders.settings-broken", "warning", {"file": str(path), "reason": reason})


def _folder(what: str, folder: Path) -> Finding:
    """Whether a file can be made there, or, if the folder does not exist yet, where it will be made."""
    there = folder
    while not os.path.lexists(there) and there != there.parent:
        there = there.parent
    try:
        with tempfile.NamedTemporaryFile(dir=there):
            pass
        free = f"{shutil.disk_usage(there).free / 1e9:.1f}"
    except OSError as error:
        reason = error.strerror or type(error).__name__
        if there != folder:
            reason = f"it does not exist, and {there}: {reason}"
        values = {"what": what, "folder": str(folder), "reason": reason, "remedy": _remedy(what, folder, there)}
        needed = what in {"temporary files", "models and caches"}
        return Finding("folders.read-only", "failed" if needed else "warning", values)
    values = {"what": what, "folder": str(folder), "free": free}
    if float(free) < _LEAST_SPACE_GB:
        return Finding("folders.full", "warning", values)
    return Finding("folders.fine", "ok", values)


def _remedy(what: str, folder: Path, there: Path) -> str:
    """What to do about a folder that cannot be written. `there`: the nearest one above it that exists, or itself.

    Only a folder of the program itself, below the home folder, may be given to the user: never one of the system.
    """
    if not there.is_dir():
        return f"Choose a folder: {there} is a file."
    if what in _CHOSEN:
        return f"Create {folder}, or choose another folder in the window's settings."
    return _ELSEWHERE.get(what) or _remedy_of_own(folder, there)


def _remedy_of_own(folder: Path, there: Path) -> str:
    """`_remedy` of a folder that is the program's own."""
    if not _home_exists():
        return "Check HOME: it names a folder that does not exist."
    if there != folder or not _is_below_home(folder):
        return f"Create {folder} as a folder that you can write to, or check HOME."
    if sys.platform == "win32":
        return "Give your user the right to write there."
    return f"sudo chown $USER {shlex.quote(str(folder))}"


def _home_exists() -> bool:
    try:
        return Path.home().is_dir()
    except (OSError, RuntimeError):
        return False


def _is_below_home(folder: Path) -> bool:
    """Whether it is a folder of this program inside the user's home folder, which is not the root of the disk."""
    try:
        home, inside = Path.home().resolve(), folder.resolve()
    except (OSError, RuntimeError):
        return False
    return len(home.parts) > 1 and home in inside.parents and product.NAME in inside.parts


def _unusable_temporary() -> Iterator[Finding]:
    """The folders for temporary files that were asked for, but are passed over because no file can be made there."""
    for name in ("TMPDIR", "TEMP", "TMP"):
        named = os.environ.get(name)
        if named and not _takes_files(Path(named)):
            yield Finding("folders.temporary-ignored", "warning", {"variable": name, "folder": named})


def _takes_files(folder: Path) -> bool:
    try:
        with tempfile.NamedTemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _system() -> str:
    if sys.platform == "linux":
        try:
            name = platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
        except OSError:
            name = "Linux"
    elif sys.platform == "darwin":
        name = f"macOS {platform.mac_ver()[0]}"
    else:
        name = f"{platform.system()} {platform.release()}"
    return f"{name} ({platform.machine()})"


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory_gb() -> tuple[float, float] | None:
    """All memory, and how much of it is available; None if this system does not tell simply."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        facts = {name: float(rest.split()[0]) / 1e6 for name, _, rest in (line.partition(":") for line in lines)}
        return facts["MemTotal"], facts["MemAvailable"]
    except (OSError, ValueError, KeyError, IndexError):
        return None
