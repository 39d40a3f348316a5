"""What all tests share: where real material lies, and that no thread outlives its test."""

from __future__ import annotations

import importlib.util
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import settings

from app.errors import ModelError
from app.weights import ModelStore
from hopenet import HeadPoseEstimator

# Nothing is asserted on time: machines that run tests are shared and slow now and then.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

SHARED = Path(__file__).parents[2] / "shared"

if "HOPENET_WEIGHTS" in os.environ:
    # Some tests run the program in other folders, where a relative path would lead elsewhere.
    folders = os.environ["HOPENET_WEIGHTS"].split(os.pathsep)
    os.environ["HOPENET_WEIGHTS"] = os.pathsep.join(str(Path(folder).absolute()) for folder in folders)
elif (SHARED / "weights").is_dir():
    os.environ["HOPENET_WEIGHTS"] = str(SHARED / "weights")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real videos, photographs and labels beside the checkout; they are not redistributed with it."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip(f"needs the real material of {folder.name}/ beside the checkout")
    return folder


def model(name: str) -> Path:
    """The file of a model in the manifest, fetched where need be."""
    try:
        return ModelStore.standard().path(name)
    except ModelError as error:
        pytest.skip(f"needs the model {name}: {error.message}")


@pytest.fixture(scope="session", params=["squeezenet-1.0", "squeezenet-1.1"])
def published_snapshot(request: pytest.FixtureRequest) -> Path:
    return model(request.param)


@pytest.fixture(scope="session")
def snapshot() -> Path:
    """One published snapshot."""
    return model("squeezenet-1.1")


@pytest.fixture(scope="session")
def estimator(snapshot: Path) -> HeadPoseEstimator:
    return HeadPoseEstimator.load(snapshot, device="cpu")


@pytest.fixture(scope="session")
def blazeface() -> Path:
    return model("blazeface-short-range")


@pytest.fixture(scope="session")
def imagenet_lite() -> Path:
    return model("efficientnet-lite0-imagenet")


def _live_servers() -> ModuleType:
    # The folders of tests bear the names of the packages, so `tests` must not be a place to import from.
    spec = importlib.util.spec_from_file_location("live_server", Path(__file__).with_name("live_server.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def ts_server() -> Iterator[Any]:
    """The sample video in real time as MPEG-TS over TCP; see tests/live_server.py."""
    server = _live_servers().TsServer()
    yield server
    server.cut()


@pytest.fixture
def mjpeg_server() -> Iterator[Any]:
    """The sample video in real time as JPEG pictures over HTTP; see tests/live_server.py."""
    server = _live_servers().MjpegServer()
    yield server
    server.cut()


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and thread.name == "ahead"]
    assert not left, f"threads outlive the test: {left}"
