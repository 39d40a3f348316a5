"""The wheel, installed in its own environment and run outside the checkout, without a network."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from app.product import ASSETS
from app.video import read_back
from tests.e2e.program import ROOT, Outcome

# One worker runs these, because they share a wheel and an environment.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]

STORY = Path(__file__).with_name("installed_window_story.py")
BIN = "Scripts" if os.name == "nt" else "bin"


def checked(*command: object, folder: Path) -> str:
    done = subprocess.run([*map(str, command)], cwd=folder, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from the source distribution, so that this is complete too."""
    folder = tmp_path_factory.mktemp("dist")
    checked(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, folder=ROOT)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as sources:
        sources.extractall(folder, filter="data")
    unpacked = folder / archive.name.removesuffix(".tar.gz")
    checked(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, folder=unpacked)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel. Its dependencies are those that these tests run with."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    pip = (sys.executable, "-m", "pip", "--python", folder, "install", "--quiet", "--no-deps", "--no-index")
    checked(*pip, wheel, folder=folder)
    here = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", vars=here))
    # Python reads no .pth file in folders that a .pth file names: an editable install of the checkout stays unseen.
    dependencies = {sysconfig.get_path(kind) for kind in ("purelib", "platlib")}
    (packages / "dependencies.pth").write_text("\n".join(dependencies), encoding="utf-8")
    return folder


@pytest.fixture
def run_installed(environment: Path, tmp_path: Path) -> Callable[..., Outcome]:
    """Runs a program of the environment in the test's folder, as a new user without a network would."""
    hidden = ("PYTHONPATH", "HOPENET_WEIGHTS", "VIRTUAL_ENV")
    variables = {name: value for name, value in os.environ.items() if name not in hidden} | {
        "HOPENET_OFFLINE": "1",
        "PYTHONIOENCODING": "utf-8",
        "QT_QPA_PLATFORM": "offscreen",
    }
    # The variables that say where caches are, on each system.
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "USERPROFILE"):
        variables[name] = str(tmp_path / "home")

    def run(program: str, *arguments: object) -> Outcome:
        done = subprocess.run(
            [str(environment / BIN / program), *map(str, arguments)],
            cwd=tmp_path,
            env=variables,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return run


def test_the_installed_package_is_used_and_not_the_checkout(
    run_installed: Callable[..., Outcome], environment: Path
) -> None:
    outcome = run_installed("python", "-I", "-c", "import app, hopenet, detectors; print(app, hopenet, detectors)")
    assert outcome.code == 0, outcome.err
    assert outcome.out.count(str(environment)) == 3
    assert str(ROOT) not in outcome.out
    outcome = run_installed("hopenet-studio", "--version")
    assert (outcome.code, outcome.out.strip()) == (0, metadata.version("hopenet-studio"))


def test_the_bundled_snapshot_is_listed_with_its_place(
    run_installed: Callable[..., Outcome], environment: Path
) -> None:
    outcome = run_installed("hopenet-studio", "weights", "list", "--json")
    assert outcome.code == 0, outcome.err
    models = {model["name"]: model for model in json.loads(outcome.out)}
    assert models["compact"]["place"] == "bundled"
    assert Path(models["compact"]["path"]).is_relative_to(environment)


def test_the_demo_runs(run_installed: Callable[..., Outcome], tmp_path: Path) -> None:
    options = ("--detector", "dlib-hog", "--detect-every", 8)
    outcome = run_installed("hopenet-studio", "demo", "--folder", tmp_path / "demo", *options)
    assert outcome.code == 0, outcome.err
    assert {path.name for path in (tmp_path / "demo").iterdir()} == {
        "sample-poses.mp4",
        "sample-poses.csv",
        "sample-poses.json",
        "sample-angles.png",
    }


def test_a_video_can_be_annotated(
    run_installed: Callable[..., Outcome], video: Path, boxes: Path, tmp_path: Path
) -> None:
    out, table = tmp_path / "out.mp4", tmp_path / "out.csv"
    outcome = run_installed("hopenet-studio", "annotate", video, "-o", out, "--poses", table, "--boxes", boxes)
    assert (outcome.code, outcome.err) == (0, "")
    assert len(read_back(out).times) == len(read_back(video).times)
    with table.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(read_back(video).times)


def test_the_window_opens_with_its_icons_and_plays_the_sample(
    run_installed: Callable[..., Outcome], environment: Path, tmp_path: Path
) -> None:
    outcome = run_installed("python", "-I", STORY, tmp_path)
    assert outcome.code == 0, outcome.err
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert Path(report["package"]).is_relative_to(environment)
    assert "sample.mp4" in report["title"]
    assert report["icons"] == {path.stem: True for path in (ASSETS / "icons").glob("*.svg")}
