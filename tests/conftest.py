"""What all tests share: where real material lies, folders of their own, and the check that nothing outlives a test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import count
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from app.errors import ModelError
from app.parts import PARTS
from app.weights import ModelStore
from hopenet import HeadPoseEstimator
from tests.leaks import nothing_left
from tests.live_server import MjpegServer, TsServer

# No test asserts how long something takes: machines that run tests are shared, and slow now and then.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

TESTS = Path(__file__).parent
SHARED = TESTS.parents[1] / "shared"
_NUMBERS = count(1)
MOST_WORKERS = 4
"""Each worker loads torch and Qt, about 1 GB."""

if "HOPENET_WEIGHTS" in os.environ:
    # Some tests run the program in other folders, where a relative path would lead elsewhere.
    folders = os.environ["HOPENET_WEIGHTS"].split(os.pathsep)
    os.environ["HOPENET_WEIGHTS"] = os.pathsep.join(str(Path(folder).absolute()) for folder in folders)
elif (SHARED / "weights").is_dir():
    os.environ["HOPENET_WEIGHTS"] = str(SHARED / "weights")


if "PYTEST_XDIST_WORKER" in os.environ:
    # There are as many workers as cores. Threads of OpenMP, which torch uses, wait busily: more of them than cores are
    # many times slower than one.
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """How many workers `-n auto` starts: none for files or tests named one by one, so that debuggers and -s work."""
    if all(Path(argument.partition("::")[0]).is_file() for argument in config.args):
        return 0
    return min(MOST_WORKERS, os.cpu_count() or 1)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of the window. They share one display and its keyboard focus, so one worker runs them all."""
    for item in items:
        if TESTS / "gui" in item.path.parents:
            item.add_marker(pytest.mark.gui)
            item.add_marker(pytest.mark.xdist_group("display"))


@pytest.fixture(scope="session", autouse=True)
def _folders_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps the user's own settings and logs out of the tests, and those of parallel workers apart.

    Logs stay in the user's folder on Windows, where no environment variable moves it.
    """
    folder = tmp_path_factory.mktemp("user")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOPENET_SETTINGS", str(folder / "settings.toml"))
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        yield


@pytest.fixture(autouse=True)
def _settings_of_its_own(_folders_of_their_own: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test has saved, another one never reads. The folder is made by whoever saves something."""
    of_all = Path(os.environ["HOPENET_SETTINGS"])
    monkeypatch.setenv("HOPENET_SETTINGS", str(of_all.parent / f"test-{next(_NUMBERS)}" / of_all.name))


@pytest.fixture(autouse=True)
def _nothing_outlives_its_test() -> Iterator[None]:
    with nothing_left():
        yield


@pytest.fixture(scope="session")
def one_worker_at_a_time(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], AbstractContextManager[object]]:
    """A lock that parallel workers share, for files that the first of them makes and the others use."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return nullcontext
    # Each worker's folder for temporary files lies in one that belongs to the whole run.
    lock = FileLock(tmp_path_factory.getbasetemp().parent / "one-worker.lock")
    return lambda: lock


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real videos, photographs and labels beside the checkout; they are not redistributed with it."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("needs the real material in ../shared/data, beside the checkout")
    return folder


@pytest.fixture(scope="session")
def model(one_worker_at_a_time: Callable[[], AbstractContextManager[object]]) -> Callable[[str], Path]:
    """Gives the file of a model in the manifest, downloaded if need be; skips the test if it is not available."""

    def path(name: str) -> Path:
        try:
            with one_worker_at_a_time():
                return ModelStore.standard().path(name)
        except ModelError as error:
            pytest.skip(f"needs the model {name}: {error.message}")

    return path


@pytest.fixture(scope="session")
def converted_model(
    model: Callable[[str], Path], one_worker_at_a_time: Callable[[], AbstractContextManager[object]]
) -> Callable[[str], Path]:
    """As `model`, for a snapshot; what ONNX Runtime needs is converted once, by one worker."""

    def path(name: str) -> Path:
        found = model(name)
        with one_worker_at_a_time():
            HeadPoseEstimator.load(found, device="cpu")
        return found

    return path


@pytest.fixture(scope="session", params=["squeezenet-1.0", "squeezenet-1.1"])
def published_snapshot(request: pytest.FixtureRequest, converted_model: Callable[[str], Path]) -> Path:
    return converted_model(request.param)


@pytest.fixture(scope="session")
def snapshot(converted_model: Callable[[str], Path]) -> Path:
    """One published snapshot."""
    return converted_model("squeezenet-1.1")


@pytest.fixture(scope="session")
def estimator(snapshot: Path) -> HeadPoseEstimator:
    return HeadPoseEstimator.load(snapshot, device="cpu")


@pytest.fixture(scope="session")
def blazeface(model: Callable[[str], Path]) -> Path:
    return model("blazeface-short-range")


@pytest.fixture
def ts_server() -> Iterator[TsServer]:
    """The sample video in real time as MPEG-TS over TCP."""
    server = TsServer()
    yield server
    server.cut()


@pytest.fixture
def mjpeg_server() -> Iterator[MjpegServer]:
    """The sample video in real time as JPEG pictures over HTTP."""
    server = MjpegServer()
    yield server
    server.cut()


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Lets the writing of a file meet a full disk: its part becomes a link to a device that is always full."""
    device = Path("/dev/full")
    if not device.is_char_device():
        pytest.skip("needs /dev/full, which only Linux has")
    full: set[Path] = set()

    def new_file(target: Path, **options: int) -> Path:
        if target not in full:
            return usual(target, **options)
        part = PARTS.new_name(target)
        part.symlink_to(device)
        return part

    usual = PARTS.new_file
    monkeypatch.setattr(PARTS, "new_file", new_file)
    return full.add
