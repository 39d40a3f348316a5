"""What `doctor` finds on computers where something is missing or broken."""

from __future__ import annotations

import errno
import importlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from app import product
from app.doctor import cameras as camera_check
from app.doctor import models as model_check
from app.doctor import packages as package_check
from app.doctor import running
from app.doctor.checks import CHECKS
from app.doctor.finding import Finding, Report, as_json
from app.doctor.network import network, reached
from app.doctor.networks import Gpus, why_unused
from app.doctor.packages import broken, is_broken_import
from app.doctor.report_text import marks_for, text_lines
from app.doctor.requirements import Declared, Requirement, allows, declared, shown_bounds
from app.doctor.system import _folder, folders
from app.doctor.system_libraries import command_for, missing, named_in
from app.doctor.texts import TEXTS, TOPICS, WORDS
from app.threads.signals import Stop
from app.video.camera import Camera, CameraMode

SOURCES = Path(running.__file__).parent
USED = set(
    re.findall(
        r'"((?:' + "|".join([*TOPICS, "check"]) + r')\.[a-z0-9-]+)"',
        "".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("*.py") if path.name != "texts.py"),
    )
)


def keys(findings: Iterable[Finding]) -> list[str]:
    return [one.key for one in findings]


def one(findings: Iterable[Finding], key: str) -> Finding:
    return next(finding for finding in findings if finding.key == key)


def test_every_sentence_is_used_and_every_finding_has_one() -> None:
    assert set(TEXTS) == USED
    assert {check.topic for check in CHECKS} | {"network"} == set(TOPICS)


@pytest.mark.parametrize(
    ("bounds", "version", "expected"),
    [
        (">=18,<19", "18.1.0", True),
        (">=18,<19", "19.0", False),
        (">=6.8,<6.12", "6.11.3", True),
        (">=6.8,<6.12", "6.12.0", False),
        ("==5.0.0.93", "5.0.0.93", True),
        ("==5.0.0.93", "5.0.0.92", False),
        (">=2.14", "2.14.1+cu130", True),
        (">=2.14", "2.9", False),
        (">=2", "2.0rc1", True),
        ("~=1.4", "1.9", True),
        ("~=1.4", "2.0", False),
        ("==1.2.*", "1.2.9", True),
        ("!=1.3", "1.3.0", False),
        ("", "0.1", True),
    ],
)
def test_a_version_is_compared_with_its_bounds_by_numbers(bounds: str, version: str, expected: bool) -> None:
    assert allows(bounds, version) is expected


def test_the_requirements_are_those_of_this_python() -> None:
    needs = declared()
    assert needs.python == ">=3.11,<3.14"
    assert [one.name for one in needs.requirements].count("PySide6") == 1
    assert needs.of("opencv_python") == "opencv-python==5.0.0.93"
    assert {one.extra for one in needs.requirements} >= {"", "train", "ray", "cloud", "dev"}
    assert shown_bounds(">=6.8,<6.12") == "≥ 6.8, < 6.12"


def test_every_extra_says_what_it_is_for() -> None:
    assert {one.extra for one in declared().requirements} - {"", "dev", "docs"} == set(package_check._USES)
    assert set(package_check._USES.values()) == set(WORDS["use"])


NO_GPU = Gpus((), "", "", present=False)
CARD = Gpus((), "", "", present=True)
WORKS = Gpus(("NVIDIA T4",), "535.54", "", present=True)
OLD = "The NVIDIA driver on your system is too old (found version 11040)."


@pytest.mark.parametrize(
    ("gpus", "cuda", "visible", "reason", "expected"),
    [
        (NO_GPU, "13.0", None, "", "gpu.none"),
        (CARD, "13.0", None, "", "gpu.no-driver"),
        (Gpus((), "", "it does not answer.", present=True), "13.0", None, "", "gpu.driver-fails"),
        (WORKS, "13.0", "", "", "gpu.hidden"),
        (WORKS, "13.0", "-1", "", "gpu.hidden"),
        (WORKS, None, None, "", "gpu.cpu-build"),
        (WORKS, "13.0", None, OLD, "gpu.driver-old"),
        (WORKS, "13.0", "0", "no kernel image is available", "gpu.unusable"),
    ],
)
def test_why_pytorch_uses_no_gpu(gpus: Gpus, cuda: str | None, visible: str | None, reason: str, expected: str) -> None:
    finding = why_unused(gpus, "2.14.1", cuda, visible, reason)
    assert finding.key == expected
    assert finding.mark == ("note" if expected == "gpu.none" else "warning")
    assert "{" not in finding.text() + finding.fix()
    assert finding.mark == "note" or finding.fix()


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the bundled weights, an empty cache, and no other folder of models."""
    folder = tmp_path / "weights"
    shutil.copytree(product.BUNDLED_WEIGHTS, folder)
    monkeypatch.setattr(product, "BUNDLED_WEIGHTS", folder)
    cache = tmp_path / "cache"
    cache.mkdir()
    monkeypatch.setattr(model_check, "cache_folder", lambda: cache)
    monkeypatch.delenv("HOPENET_WEIGHTS", raising=False)
    return folder


def test_intact_models_are_listed(bundled: Path) -> None:
    assert keys(model_check.models()) == ["models.bundled"]


def test_a_damaged_bundled_model_is_named_and_needed(bundled: Path) -> None:
    file = bundled / "compact.onnx"
    file.write_bytes(file.read_bytes()[:-1])
    finding = one(model_check.models(), "models.bundled-damaged")
    assert (finding.mark, finding.values["file"]) == ("failed", "compact.onnx")


def test_a_missing_bundled_model_and_a_damaged_manifest_are_reported(bundled: Path) -> None:
    (bundled / "compact.onnx").unlink()
    assert one(model_check.models(), "models.bundled-missing").values["file"] == "compact.onnx"
    (bundled / "manifest.toml").write_text("[model", encoding="utf-8")
    assert keys(model_check.models()) == ["models.manifest"]


def test_a_damaged_file_in_the_cache_is_named_with_what_downloads_it_again(bundled: Path) -> None:
    file = model_check.cache_folder() / "mmod_human_face_detector.dat"
    file.write_bytes(b"half a download")
    finding = one(model_check.models(), "models.damaged")
    assert finding.mark == "warning"
    assert str(file) in finding.text()
    assert finding.fix().endswith("weights fetch mmod-human-face-detector")


def test_a_file_without_a_published_hash_must_be_imported_first(bundled: Path) -> None:
    (model_check.cache_folder() / "hopenet_alpha1.pkl").write_bytes(b"x")
    assert "--as hopenet-300w-lp-alpha1" in one(model_check.models(), "models.unknown-hash").fix()


def test_a_wrong_folder_of_models_is_named(bundled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOPENET_WEIGHTS", "/not/there")
    assert "/not/there" in one(model_check.models(), "models.not-a-folder").text()


def test_a_folder_that_cannot_be_written_and_broken_settings_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a file"
    file.touch()
    settings = tmp_path / "settings.toml"
    settings.write_text("smoothing = = 1", encoding="utf-8")
    monkeypatch.setenv("HOPENET_SETTINGS", str(settings))
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: file)
    found = list(folders())
    assert str(settings) in one(found, "folders.settings-broken").text()
    locked = one(found, "folders.read-only")
    assert (locked.mark, locked.values["what"]) == ("failed", "models and caches")
    assert str(file) in locked.text()


def _locked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file can be made in this folder, whoever runs the tests."""
    ordinary = tempfile.NamedTemporaryFile

    def refused(**options: Any) -> Any:
        if Path(options["dir"]) == folder:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return ordinary(**options)

    monkeypatch.setattr("tempfile.NamedTemporaryFile", refused)


def test_only_a_folder_of_the_program_below_the_home_folder_is_to_be_given_to_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    own = home / ".cache" / "hopenet-studio"
    own.mkdir(parents=True)
    monkeypatch.setattr(Path, "home", lambda: home)
    monkeypatch.setattr("sys.platform", "linux")
    _locked(own, monkeypatch)
    assert _folder("models and caches", own).values["remedy"] == f"sudo chown $USER {own}"
    _locked(home, monkeypatch)
    missing = home / ".config" / "hopenet-studio"
    finding = _folder("settings", missing)
    assert finding.values["folder"] == str(missing), "the folder that is wanted, and not what is above it"
    assert finding.values["remedy"].startswith(f"Create {missing}")


@pytest.mark.parametrize(
    ("what", "advice"),
    [
        ("this folder", "Change to another folder"),
        ("temporary files", "Set TMPDIR"),
        ("exports", "Create "),
        ("log", "or check HOME."),
    ],
)
def test_nobody_is_told_to_take_a_folder_of_the_system(
    what: str, advice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    _locked(Path("/"), monkeypatch)
    remedy = _folder(what, Path("/")).values["remedy"]
    assert advice in remedy
    assert "chown" not in remedy


def test_a_home_folder_that_does_not_exist_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "nobody")
    wanted = Path("/.config/nobody")
    _locked(Path("/"), monkeypatch)
    finding = _folder("settings", wanted)
    assert finding.values["folder"] == str(wanted)
    assert finding.values["remedy"] == "Check HOME: it names a folder that does not exist."


def test_a_temporary_folder_that_is_passed_over_is_mentioned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "nope"))
    finding = one(folders(), "folders.temporary-ignored")
    assert finding.text().startswith(f"TMPDIR names {tmp_path / 'nope'} for temporary files, which cannot be written")
    assert finding.fix() == "Correct TMPDIR, or remove it."


def test_a_missing_library_of_the_system_is_named_with_its_package() -> None:
    error = ImportError("libGL.so.1: cannot open shared object file: No such file or directory", name="cv2")
    finding = broken(error, "opencv-python", declared())
    assert finding.key == "packages.library"
    assert "libGL.so.1" in finding.text()
    assert named_in(str(error)) == "libGL.so.1"


def test_the_command_for_libraries_names_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: name if name == "apt-get" else None)
    assert command_for(["libxcb-cursor.so.0", "libEGL.so.1"]) == "sudo apt-get install libxcb-cursor0 libegl1"
    monkeypatch.setattr(shutil, "which", lambda name: name if name == "dnf" else None)
    assert command_for(["libEGL.so.1"]) == "sudo dnf install 'libEGL.so.1()(64bit)'"
    assert "libodd.so.1" in command_for(["libodd.so.1"])


def test_only_libraries_that_do_not_load_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert missing(["libc.so.6", "libnobodyhas.so.0"])[-1] == "libnobodyhas.so.0"


def test_a_package_that_lacks_another_is_not_blamed() -> None:
    needs = Declared("", (Requirement("platformdirs-not-here", ">=4"),))
    error = ModuleNotFoundError("No module named 'platformdirs_not_here'", name="platformdirs_not_here")
    finding = broken(error, "pooch", needs)
    assert (finding.key, finding.values["requirement"]) == ("packages.missing", "platformdirs-not-here>=4")


def test_a_package_whose_own_lines_fail_is_blamed_for_all_that_import_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "halfcopied").mkdir()
    (tmp_path / "halfcopied" / "__init__.py").write_text("raise RuntimeError('half copied')", encoding="utf-8")
    (tmp_path / "outermost.py").write_text("import halfcopied", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    needs = Declared("", (Requirement("halfcopied", ">=1"), Requirement("outermost", ">=1")))
    monkeypatch.setattr("app.doctor.packages.installed_version", lambda name: "1.5")
    with pytest.raises(RuntimeError) as caught:
        importlib.import_module("outermost")
    assert is_broken_import(caught.value)
    finding = broken(caught.value, "outermost", needs)
    assert finding.text() == "halfcopied 1.5 is installed, but cannot be imported: half copied"


def test_an_error_after_the_imports_is_no_broken_package() -> None:
    with pytest.raises(ValueError, match="invalid") as caught:
        int("x")
    assert not is_broken_import(caught.value)


def test_a_camera_is_described_without_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    modes = (CameraMode(1920, 1080, 30.0, ("mjpeg",)), CameraMode(640, 480, 30.0, ("yuyv422", "mjpeg")))
    wall = Camera("@device_pnp_SERIAL", "On the wall", modes, place="USB 14.0-4")
    monkeypatch.setattr("app.doctor.cameras.sys.platform", "win32")
    monkeypatch.setattr(importlib.import_module("app.video.cameras"), "cameras", lambda: (wall,))
    (finding,) = camera_check.cameras()
    assert finding.text() == "On the wall: up to 1920 × 1080 at 30 frames/s (mjpeg, yuyv422)"


def test_a_camera_of_another_group_says_which_group(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.video.v4l2 import DeniedDevice

    monkeypatch.setattr("app.doctor.cameras.sys.platform", "linux")
    monkeypatch.setattr("app.video.v4l2.denied_devices", lambda: [DeniedDevice(Path("/dev/video7"), "video")])
    finding = one(camera_check.cameras(), "cameras.denied")
    assert "/dev/video7" in finding.text()
    assert "usermod -aG video" in finding.fix()


def test_network_use_is_described_without_the_proxys_password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:secret@proxy.example:3128")
    monkeypatch.setenv("HOPENET_WEIGHTS", "")
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path)
    found = list(network())
    assert keys(found) == ["network.default", "network.models", "network.proxy", "network.not-asked"]
    assert "secret" not in "".join(finding.text() for finding in found)
    monkeypatch.setenv("HOPENET_OFFLINE", "1")
    assert "network.offline-lacks" in keys(network())


def test_a_host_that_does_not_answer_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    (finding,) = reached("127.0.0.1:1")
    assert finding.key == "network.not-reached"
    assert "127.0.0.1:1 cannot be reached" in finding.text()


CRASHES = "import os, signal; os.kill(os.getpid(), signal.SIGABRT)"
CRASHES_WITHIN = (
    "import sys, os; sys.path.insert(0, sys.argv[1]); from app.doctor import process; process._LINES.append(1)\n"
    "with process.busy_with('libodd'): print('qt.qpa: no plugin', file=sys.stderr); sys.stderr.flush(); os.abort()"
)


@pytest.mark.parametrize(("start", "named"), [(CRASHES, "packages"), (CRASHES_WITHIN, "libodd")])
def test_a_check_that_crashes_is_one_line_of_the_report(
    start: str, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_START", start)
    (finding,) = running._found_by([("packages", "packages")], 20, Stop())
    assert (finding.key, finding.mark, finding.heading) == ("check.crashed", "failed", "packages")
    assert f"“{named}”" in finding.text()
    if named == "libodd":
        assert "no plugin" in finding.text()


def test_a_check_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_START", "import time; time.sleep(60)")
    (finding,) = running._found_by([("sound", "sound")], 0.3, Stop())
    assert (finding.key, finding.mark, finding.heading) == ("check.slow", "warning", "sound")


def test_a_report_names_neither_user_nor_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/ada.l"))
    values = {"what": "log", "folder": "/home/ada.l/logs", "free": "3.0"}
    report = Report.of("Program", [Finding("folders.fine", "ok", values)])
    assert "log: ~/logs (3.0 GB free)" in "\n".join(text_lines(report))
    assert "ada" not in json.dumps(as_json(report))


def test_a_report_says_each_thing_once_and_fails_only_for_what_is_needed() -> None:
    lacks = Finding("packages.missing", "failed", {"package": "av", "requirement": "av>=18"})
    report = Report.of("Program", [Finding("cameras.none", "note"), lacks, lacks])
    assert keys(report.findings) == ["packages.missing", "cameras.none"]
    assert not report.works
    assert text_lines(report)[-1] == "1 needed part does not work."
    assert Report.of("Program", [Finding("window.no-display", "warning")]).works
    assert as_json(report)["findings"][0] == {
        "topic": "packages",
        "id": "packages.missing",
        "mark": "failed",
        "text": "av is not installed.",
        "fix": 'python -m pip install "av>=18"',
        "values": {"package": "av", "requirement": "av>=18"},
    }


def test_a_terminal_without_check_marks_gets_letters() -> None:
    assert marks_for("utf-8")["failed"] == "✗"
    assert marks_for("cp1252")["failed"] == "x"
    assert marks_for(None)["ok"] == "+"
