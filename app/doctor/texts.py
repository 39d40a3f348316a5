"""The sentences of all findings, by their identifiers.

They are complete, so that each can be translated as it is. This module is free of Qt, which may be what is missing.
"""

from __future__ import annotations

from typing import NamedTuple

TOPICS: dict[str, str] = {
    "system": "System",
    "packages": "Packages",
    "video": "Videos",
    "networks": "Networks",
    "gpu": "GPU",
    "models": "Models",
    "window": "Window",
    "sound": "Sound",
    "cameras": "Cameras",
    "folders": "Folders",
    "extras": "Extras",
    "network": "Network use",
}
"""In the order of the report, with their headings."""


class Text(NamedTuple):
    """What was found, and what to do about it, with names of values in braces. `fix` is empty if nothing is to do.

    `fix` is a sentence, unless it is a command for a terminal as a whole.
    """

    found: str
    fix: str = ""


TEXTS: dict[str, Text] = {
    # Any topic
    "check.crashed": Text(
        "The check “{check}” ended unexpectedly ({reason}).",
        "Reinstall the packages in a new virtual environment: python -m venv .venv",
    ),
    "check.slow": Text("The check “{check}” did not end within {seconds} s and was stopped."),
    # System
    "system.python": Text("Python {version}, {bits} bit, on {system}"),
    "system.python-unsupported": Text(
        "Python {version} is not supported: {needed} is needed.",
        "Install a supported Python from python.org, and make the virtual environment again with it.",
    ),
    "system.32-bit": Text(
        "This Python is a 32-bit program, for which several packages do not exist.", "Install a 64-bit Python."
    ),
    "system.machine": Text("{cores} processor cores, {memory} GB of memory ({free} GB available)"),
    "system.cores": Text("{cores} processor cores"),
    "system.memory-low": Text(
        "Only {free} GB of {memory} GB of memory are available.", "Close other programs before long exports."
    ),
    "system.environment": Text("A virtual environment is in use."),
    "system.no-environment": Text(
        "No virtual environment is in use: other programs' packages may not match.", "python -m venv .venv"
    ),
    # Packages
    "packages.all": Text("All {count} packages are installed in versions that match."),
    "packages.missing": Text("{package} is not installed.", 'python -m pip install "{requirement}"'),
    "packages.version": Text(
        "{package} {version} is installed, but {needed} is needed.", 'python -m pip install "{requirement}"'
    ),
    "packages.broken": Text(
        "{package} {version} is installed, but cannot be imported: {reason}",
        'python -m pip install --force-reinstall --no-deps "{requirement}"',
    ),
    "packages.library": Text("{package} needs the system's library {library}, which is missing.", "{command}"),
    "packages.undeclared": Text(
        "The list of needed packages was not found: the program is not installed completely.",
        "python -m pip install -e .",
    ),
    "packages.opencv": Text("OpenCV {version}"),
    "packages.opencv-mixed": Text(
        "Several packages fill the same folder cv2 in different versions: {packages}.",
        "python -m pip uninstall -y {names} && python -m pip install {requirements}",
    ),
    "packages.opencv-headless": Text(
        "{package} fills the same folder cv2 as opencv-python and may replace parts of it.",
        "python -m pip uninstall -y {names} && python -m pip install {requirements}",
    ),
    # Videos
    "video.ffmpeg": Text("PyAV {version} with FFmpeg {ffmpeg}"),
    "video.reads": Text("Reads {codecs}"),
    "video.reads-not": Text(
        "Cannot read {codecs}: this FFmpeg has no decoder for it.",
        'python -m pip install --force-reinstall --no-deps "{requirement}"',
    ),
    "video.sample": Text("The sample video can be read."),
    "video.sample-broken": Text("The sample video cannot be read: {reason}", "Install the program again."),
    "video.encodes": Text("Writes {encoders} (three frames were encoded with each)"),
    "video.default-encoder": Text(
        "Videos cannot be written: H.264 failed ({reason}).",
        'python -m pip install --force-reinstall --no-deps "{requirement}"',
    ),
    "video.encoder-fails": Text("{encoder} cannot be written here: {reason}", "Choose another encoder for exports."),
    "video.no-hardware": Text("{encoder}: no usable hardware, so {instead} is used instead"),
    "video.sound-encoder": Text(
        "Sound cannot be encoded as AAC ({reason}); it is copied, or left out.",
        'python -m pip install --force-reinstall --no-deps "{requirement}"',
    ),
    # Networks
    "networks.onnxruntime": Text("ONNX Runtime {version}: {providers}"),
    "networks.runs": Text("The bundled snapshot gives angles on the CPU ({milliseconds} ms for one face)."),
    "networks.fails": Text(
        "The bundled snapshot cannot run: {reason}",
        'python -m pip install --force-reinstall --no-deps "{requirement}"',
    ),
    "networks.mixed": Text(
        "onnxruntime and onnxruntime-gpu are both installed and replace parts of each other.",
        "python -m pip uninstall -y onnxruntime onnxruntime-gpu && python -m pip install onnxruntime-gpu",
    ),
    # GPU
    "gpu.torch": Text("PyTorch {version} runs on the CPU."),
    "gpu.torch-fails": Text(
        "PyTorch {version} cannot compute: {reason}",
        'python -m pip install --force-reinstall --no-deps "{requirement}"',
    ),
    "gpu.used": Text("PyTorch {version} runs on {gpu}."),
    "gpu.mps": Text("PyTorch {version} runs on the GPU of this Mac (mps)."),
    "gpu.none": Text("No NVIDIA GPU was found. Networks run on the CPU, which is enough for live video."),
    "gpu.hidden": Text(
        "CUDA_VISIBLE_DEVICES is “{value}”, which hides every GPU from PyTorch.",
        "Unset it before the start (Linux, macOS: unset CUDA_VISIBLE_DEVICES).",
    ),
    "gpu.no-driver": Text(
        "There is an NVIDIA GPU, but no working driver for it.",
        "Install NVIDIA's driver (Ubuntu: sudo ubuntu-drivers install), and restart the computer.",
    ),
    "gpu.driver-fails": Text(
        "NVIDIA's driver is installed, but does not work: {reason}",
        "Restart the computer. If that does not help, install the driver again.",
    ),
    "gpu.driver-old": Text(
        "NVIDIA's driver {driver} is too old for PyTorch {version}, which is built for CUDA {cuda}.",
        "Update the driver from nvidia.com/drivers.",
    ),
    "gpu.cpu-build": Text(
        "There is a GPU ({gpu}), but PyTorch {version} is built for CPUs only.",
        "Install the build for your driver from pytorch.org/get-started/locally.",
    ),
    "gpu.unusable": Text(
        "There is a GPU ({gpu}), but PyTorch {version} cannot use it: {reason}",
        "Choose the device cpu, or install a PyTorch that supports this GPU.",
    ),
    # Models
    "models.manifest": Text(
        "The list of models cannot be read: {reason}", "Install the program again: its own files are damaged."
    ),
    "models.bundled": Text("The bundled models are intact ({names})."),
    "models.bundled-missing": Text("{file}, which comes with the program, is missing.", "Install the program again."),
    "models.bundled-damaged": Text(
        "{file}, which comes with the program, is damaged: its hash is not the published one.",
        "Install the program again.",
    ),
    "models.found": Text("Further models on this computer are intact ({names})."),
    "models.damaged": Text(
        "{file} is damaged and is not used: its hash is not the published one of {name}.",
        "Delete it. It is downloaded again when it is needed: hopenet-studio weights fetch {name}",
    ),
    "models.unreadable": Text("{file} cannot be read: {reason}", "Change its permissions, or delete it."),
    "models.unknown-hash": Text("{file} is not used: its hash is not known yet.", "{command}"),
    "models.not-checked": Text("Not checked, because they are large: {names}.", "hopenet-studio weights verify"),
    "models.not-a-folder": Text("HOPENET_WEIGHTS lists {folder}, which is not a folder.", "Correct the variable."),
    # Window
    "window.qt": Text("Qt {version} opens windows on {platform} ({screens})."),
    "window.qt-only": Text("Qt {version} works, without a display."),
    "window.no-display": Text(
        "There is no display: the window cannot open, all commands work.",
        "For the window, log in to a desktop, or connect with “ssh -X”.",
    ),
    "window.no-answer": Text(
        "The display “{display}” does not respond: the window cannot open, all commands work.",
        "Set DISPLAY to a display that runs, or log in to a desktop.",
    ),
    "window.library": Text("The window needs libraries of the system that are missing: {libraries}.", "{command}"),
    "window.plugins": Text("OpenCV brings Qt plugins of its own; the window does not use them."),
    "window.plugin-path": Text(
        "{variable} is set to {value}, where Qt may find plugins of another version.",
        "Unset {variable} before the start.",
    ),
    # Sound
    "sound.devices": Text("Sound: {outputs} outputs, {inputs} microphones"),
    "sound.no-output": Text(
        "There is no sound output: videos play silently.", "Connect one, and check the system's sound settings."
    ),
    "sound.no-input": Text("There is no microphone: recordings have no sound."),
    "sound.missing": Text(
        "Qt's sound cannot be loaded ({reason}): videos play silently, and recordings have no sound.", "{command}"
    ),
    # Cameras
    "cameras.camera": Text("{name}: up to {size} at {rate} frames/s ({formats})"),
    "cameras.without-modes": Text("{name}: the system does not list its modes."),
    "cameras.none": Text("No camera was found."),
    "cameras.denied": Text(
        "{device} is a camera that this user may not use.",
        "sudo usermod -aG {group} $USER   (then log out and in again)",
    ),
    "cameras.allow": Text(
        "No camera was found.", "If one is connected: System Settings › Privacy & Security › Camera must allow this."
    ),
    # Folders
    "folders.fine": Text("{what}: {folder} ({free} GB free)"),
    "folders.read-only": Text("{what}: {folder} cannot be written ({reason}).", "{remedy}"),
    "folders.temporary-ignored": Text(
        "{variable} names {folder} for temporary files, which cannot be written; another folder is used.",
        "Correct {variable}, or remove it.",
    ),
    "folders.full": Text("{what}: {folder} has only {free} GB of free space.", "Free some space."),
    "folders.settings-broken": Text(
        "The settings file {file} cannot be read ({reason}); the defaults are used.", "Correct it, or delete it."
    ),
    # Extras
    "extras.installed": Text("{extra}: installed"),
    "extras.missing": Text("{extra} ({use}): not installed", "{command}"),
    # Network use
    "network.nothing": Text("The program connects to no other computer on its own. Every model is on this computer."),
    "network.default": Text(
        "The face detector's model ({name}, {megabytes} MB) is downloaded at the first use, from {hosts}."
    ),
    "network.models": Text("On request: {count} more models, from {hosts}"),
    "network.offline": Text("HOPENET_OFFLINE is set: nothing is downloaded."),
    "network.offline-lacks": Text(
        "HOPENET_OFFLINE is set, and the face detector's model {name} is not on this computer.",
        "Download it elsewhere, and run: hopenet-studio weights import FILE",
    ),
    "network.proxy": Text("Downloads go through the proxy {proxy}."),
    "network.reached": Text("{host} answers."),
    "network.not-reached": Text(
        "{host} cannot be reached: {reason}", "Check the connection, the firewall, and the proxy settings."
    ),
    "network.not-asked": Text("Whether these addresses answer was not tried; --online tries it."),
}

WORDS: dict[str, tuple[str, ...]] = {
    "what": (
        *("settings", "models and caches", "log", "temporary files", "this folder"),
        *("exports", "recordings", "pictures"),
    ),
    "use": (
        *("trains networks", "runs batches on a cluster", "reads and writes object stores in batches"),
        "shows the annotated picture as a camera",
        *("exports networks for OpenVINO", "exports networks for LiteRT", "exports networks for Core ML"),
        "renders heads to train on",
    ),
}
"""Values that are words, by their names, and so are translated."""
