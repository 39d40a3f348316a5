"""Are the packages there, in the right versions, and whole?"""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Iterator

from app.doctor.finding import Finding
from app.doctor.process import busy_with
from app.doctor.requirements import Declared, Requirement, declared, installed_version, same_name, shown_bounds
from app.doctor.system_libraries import command_for, named_in

_MODULES = {
    "cv2": "opencv-python",
    "dlib": "dlib-bin",
    "flatbuffers": "flatbuffers",
    "numpy": "numpy",
    "onnx": "onnx",
    "pi_heif": "pi-heif",
    "PIL.Image": "pillow",
    "platformdirs": "platformdirs",
    "pooch": "pooch",
    "pyarrow": "pyarrow",
    "pythonosc": "python-osc",
    "requests": "requests",
    "safetensors": "safetensors",
    "scipy.optimize": "scipy",
    "tomli_w": "tomli-w",
    "tqdm": "tqdm",
    "websockets": "websockets",
    "matplotlib": "matplotlib",
}
"""What is imported here. Other checks use the others."""

_OURS = frozenset({"__main__", "app", "detectors", "hopenet"})

_OPENCV = (
    *("opencv-python", "opencv-contrib-python"),
    *("opencv-python-headless", "opencv-contrib-python-headless"),
)
"""All of them fill the same folder cv2."""

_USES = {
    "train": "trains networks",
    "ray": "runs batches on a cluster",
    "cloud": "reads and writes object stores in batches",
    "virtual-camera": "shows the annotated picture as a camera",
    "openvino": "exports networks for OpenVINO",
    "litert": "exports networks for LiteRT",
    "coreml": "exports networks for Core ML",
    "render": "renders heads to train on",
}


def packages() -> Iterator[Finding]:
    needs = declared()
    always = [one for one in needs.requirements if not one.extra]
    if not always:
        yield Finding("packages.undeclared", "warning")
    faults = [fault for one in always if (fault := _fault_of(one)) is not None]
    yield from faults
    missing = {fault.values["package"] for fault in faults if fault.key == "packages.missing"}
    if always and not faults:
        yield Finding("packages.all", "ok", {"count": str(len(always))})
    yield from _opencv(needs)
    for module, package in _MODULES.items():
        if package not in missing:
            yield from _imported(module, package, needs)


def extras() -> Iterator[Finding]:
    needs = declared()
    for extra, use in _USES.items():
        wanted = [one for one in needs.requirements if one.extra == extra]
        if wanted and all(_fault_of(one) is None for one in wanted):
            yield Finding("extras.installed", "ok", {"extra": extra})
        elif wanted:
            packages = " ".join(f'"{one.shown}"' for one in wanted)
            command = f"python -m pip install {packages}"
            yield Finding("extras.missing", "note", {"extra": extra, "use": use, "command": command})


def opencv_commands(needs: Declared) -> dict[str, str]:
    """The names of the installed OpenCV packages, and the requirements to install in their place."""
    names = [name for name in _OPENCV if installed_version(name) is not None]
    wanted = " ".join(f'"{needs.of(name)}"' for name in _OPENCV[:2])
    return {"names": " ".join(names), "requirements": wanted}


def broken(error: BaseException, package: str, needs: Declared) -> Finding:
    """Why a package cannot be imported: another one or a library of the system is missing, or its files are damaged."""
    reason = one_line(error)
    if isinstance(error, ModuleNotFoundError):
        package = _package_of(error.name or "", needs) or package or error.name or "?"
    else:
        package = _package_of(_failed_module(error), needs) or package
    library = named_in(reason)
    if library is not None:
        values = {"package": package, "library": library, "command": command_for([library])}
        return Finding("packages.library", "failed", values, "packages")
    version = installed_version(package)
    requirement = needs.of(package)
    if version is None:
        return Finding("packages.missing", "failed", {"package": package, "requirement": requirement}, "packages")
    values = {"package": package, "version": version, "reason": reason, "requirement": requirement}
    return Finding("packages.broken", "failed", values, "packages")


def is_broken_import(error: BaseException) -> bool:
    """Whether an error was raised while a package was being imported."""
    return isinstance(error, ImportError) or bool(_failed_module(error))


def _failed_module(error: BaseException) -> str:
    """The module at fault if an import failed: the innermost whose own lines were being run; empty if none was."""
    found = ""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_name == "<module>":
            found = str(frame.f_globals.get("__name__", ""))
    return "" if found.partition(".")[0] in _OURS else found


def _package_of(module: str, needs: Declared) -> str | None:
    """The package that a module belongs to; None if that is not known."""
    top = module.partition(".")[0]
    packages = {name.partition(".")[0]: known for name, known in _MODULES.items()}
    return packages.get(top) or next((one.name for one in needs.requirements if same_name(one.name, top)), None)


def one_line(error: BaseException) -> str:
    """The first line of an error's message, with its type if there is none."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def _fault_of(requirement: Requirement) -> Finding | None:
    version = installed_version(requirement.name)
    values = {"package": requirement.name, "requirement": requirement.shown}
    if version is None:
        return Finding("packages.missing", "failed", values)
    if not requirement.allows(version):
        values |= {"version": version, "needed": shown_bounds(requirement.bounds)}
        return Finding("packages.version", "failed", values)
    return None


def _opencv(needs: Declared) -> Iterator[Finding]:
    versions = {name: version for name in _OPENCV if (version := installed_version(name)) is not None}
    if len(set(versions.values())) > 1:
        listed = ", ".join(f"{name} {version}" for name, version in versions.items())
        yield Finding("packages.opencv-mixed", "failed", {"packages": listed, **opencv_commands(needs)})
    elif headless := [name for name in versions if name.endswith("headless")]:
        yield Finding("packages.opencv-headless", "warning", {"package": headless[0], **opencv_commands(needs)})


def _imported(module: str, package: str, needs: Declared) -> Iterator[Finding]:
    with busy_with(module):
        try:
            importlib.import_module(module)
        except Exception as error:  # noqa: BLE001 — a damaged package may raise anything
            yield broken(error, package, needs)
            return
    if module == "cv2":
        yield Finding("packages.opencv", "ok", {"version": str(getattr(sys.modules["cv2"], "__version__", "?"))})
