"""The page of docs/web in a real browser: the same angles as `annotate`, from a video and from a camera."""

from __future__ import annotations

import csv
import functools
import http.server
import importlib.util
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import av
import numpy as np
import pytest

from app import product
from app.analysis.smoothing import OneEuroFilter
from app.drawing.geometry import head_axes
from hopenet import HeadPose

selenium = pytest.importorskip("selenium", reason="selenium is not installed")

PAGE = Path(__file__).parents[2] / "docs" / "web"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
)
LARGEST_DIFFERENCE_DEG = 0.5
SHOWN_S = 1.5
"""How much of the sample is measured."""

AT_ONCE = 10
"""Frames in one call: the driver waits two minutes for each."""

FRAMES = 20
SIZE = (640, 360)
BITS, BLOCK = 5, 16
"""The number of each frame of the camera stands in its corner as black and white blocks, of this many pixels."""

pytestmark = [pytest.mark.slow, pytest.mark.network, pytest.mark.xdist_group("browser")]


def prepare_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("prepare_web", PAGE / "prepare.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page with everything that belongs beside it, as `make web` puts it there."""
    folder = tmp_path_factory.mktemp("site") / "web"
    prepare = prepare_module()
    shutil.copytree(PAGE, folder, ignore=shutil.ignore_patterns("*.onnx", "*.json"))
    (folder / "files").mkdir(exist_ok=True)
    try:
        prepare.add_runtime(folder / "files", None)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"ONNX Runtime Web cannot be fetched: {error}")
    prepare.add_networks(folder / "files", None)
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    handler = functools.partial(Quiet, directory=str(site.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/web/index.html"
        server.shutdown()
        thread.join()


def opened(folder: Path, *flags: str) -> Any:
    """A new browser, which the caller ends."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if program is None or driver is None:
        pytest.skip("Chromium or chromedriver is not installed.")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in (*FLAGS, *flags, f"--user-data-dir={folder}"):
        options.add_argument(flag)
    os.environ["SE_OFFLINE"] = "true"
    browser = webdriver.Chrome(options=options, service=Service(driver))
    browser.set_script_timeout(110)
    return browser


@pytest.fixture
def browser(tmp_path: Path, address: str) -> Iterator[Any]:
    browser = opened(tmp_path / "profile")
    try:
        yield loaded(browser, address)
    finally:
        browser.quit()


def loaded(browser: Any, address: str) -> Any:
    browser.get(address)
    browser.execute_async_script("headPose.started.then(arguments[0])")
    assert text(browser, "status") == "Ready.", text(browser, "problem")
    return browser


def text(browser: Any, name: str) -> str:
    return str(browser.find_element("id", name).text)


def annotated(source: Path, table: Path, *words: str) -> dict[int, list[list[float]]]:
    """The raw angles that `annotate` writes for each frame."""
    command = [sys.executable, "main.py", "annotate", str(source), "--poses", str(table), *words]
    subprocess.run(command, check=True, cwd=PAGE.parents[1], capture_output=True)
    poses: dict[int, list[list[float]]] = {}
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            poses.setdefault(int(row["frame"]), []).append(
                [float(row[f"{one}_deg"]) for one in ("yaw", "pitch", "roll")]
            )
    return poses


OWN_INPUT = """
const own = document.createElement("input");
own.type = "file";
own.id = "own";
document.body.append(own);
return own;
"""

ALL_FRAMES = """
const [times, done] = arguments;
const measure = async () => {
  const video = document.createElement("video");
  video.muted = true;
  video.src = URL.createObjectURL(document.getElementById("own").files[0]);
  await new Promise((resolve, reject) => { video.onloadeddata = resolve; video.onerror = reject; });
  const found = [];
  const shows = (time) => {
    const frame = new VideoFrame(video);
    const late = frame.timestamp / 1e6 - time;
    frame.close();
    return Math.abs(late) < 0.02;
  };
  for (const time of times) {
    video.currentTime = time;
    await new Promise((resolve) => { video.onseeked = resolve; });
    // The picture may still be the one before.
    while (!shows(time)) await new Promise((resolve) => setTimeout(resolve, 20));
    found.push((await headPose.measure(video, time)).map((face) => [face.yaw, face.pitch, face.roll]));
  }
  return found;
};
measure().then(done, (error) => done(String(error.stack)));
"""


def test_every_frame_of_a_video_has_the_angles_of_annotate(browser: Any, tmp_path: Path) -> None:
    expected = annotated(product.SAMPLE, tmp_path / "poses.csv", "--to", str(SHOWN_S))
    assert len(expected) > 30
    browser.execute_script(OWN_INPUT).send_keys(str(product.SAMPLE))
    with av.open(str(product.SAMPLE)) as container:
        rate = float(container.streams.video[0].average_rate or 0)
    frames = sorted(expected)
    found: list[Any] = []
    for start in range(0, len(frames), AT_ONCE):
        part = browser.execute_async_script(ALL_FRAMES, [(one + 0.3) / rate for one in frames[start : start + AT_ONCE]])
        assert isinstance(part, list), part
        found += part
    differences = [np.abs(np.subtract(found[place], expected[one])).max() for place, one in enumerate(frames)]
    assert max(differences) < LARGEST_DIFFERENCE_DEG


POSES = """
const [poses, done] = arguments;
import(new URL("poses.js", location)).then(({Followed, axesOf}) => {
  const followed = new Followed();
  const found = poses.map(([yaw, pitch, roll], number) => {
    const face = {box: [0, 0, 10, 10], yaw, pitch, roll};
    followed.update([face], number / 30);
    return [face.number, face.smoothed.yaw, face.smoothed.pitch, face.smoothed.roll, axesOf(face)];
  });
  done(found);
}, (error) => done(String(error)));
"""


def test_poses_are_smoothed_and_axes_are_drawn_as_in_the_program(browser: Any) -> None:
    rng = np.random.default_rng(0)
    turn = np.linspace(-80, 80, 60)[:, None] * [1, -0.4, 0.6] + rng.normal(0, 2, (60, 3))
    smooth = OneEuroFilter(0.5)
    found = browser.execute_async_script(POSES, turn.tolist())
    assert isinstance(found, list), found
    for number, (face, *angles, axes) in enumerate(found):
        pose = HeadPose(*turn[number])
        assert face == 1
        assert np.allclose(angles, smooth(pose, number / 30), atol=1e-6)
        assert np.allclose(axes, head_axes(pose), atol=1e-9)


def test_a_chosen_video_is_shown_with_its_angles_and_can_be_saved(browser: Any) -> None:
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import WebDriverWait

    browser.find_element("id", "video-file").send_keys(str(product.SAMPLE))
    WebDriverWait(browser, 60).until(lambda page: "°" in text(page, "angles"))
    assert browser.find_element("id", "save").is_enabled()
    assert browser.execute_script("return document.getElementById('picture').width") == SIZE[0]
    play = browser.find_element("id", "play")
    assert play.text == "Pause"
    play.send_keys(Keys.SPACE)
    WebDriverWait(browser, 10).until(lambda page: text(page, "play") == "Play")
    browser.find_element("id", "stop").click()
    assert text(browser, "status") == "Stopped."


def test_a_file_that_is_no_video_is_refused_in_one_sentence(browser: Any, tmp_path: Path) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    file = tmp_path / "notes.mp4"
    file.write_text("no video")
    browser.find_element("id", "video-file").send_keys(str(file))
    WebDriverWait(browser, 20).until(lambda page: text(page, "problem"))
    assert text(browser, "problem").startswith("This browser cannot play notes.mp4.")


def test_without_a_camera_one_sentence_says_so(browser: Any) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    browser.find_element("id", "camera").click()
    WebDriverWait(browser, 20).until(lambda page: text(page, "problem"))
    assert "camera" in text(browser, "problem").lower()


def test_every_control_has_a_name_and_the_keyboard_reaches_it(browser: Any) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    for control in browser.find_elements("css selector", "button, input, select, canvas"):
        hidden = not control.is_displayed() and control.get_attribute("type") != "file"
        assert hidden or control.accessible_name, control.get_attribute("outerHTML")
    reached = []
    for _ in range(7):
        ActionChains(browser).send_keys(Keys.TAB).perform()
        reached.append(browser.switch_to.active_element.get_attribute("id"))
    assert reached[:2] == ["camera", "video-file"]
    assert {"smooth", "axes", "boxes"} <= set(reached)


def test_without_the_networks_the_page_says_how_to_get_them(site: Path, address: str, tmp_path: Path) -> None:
    bare = site.parent / "bare"
    shutil.copytree(site, bare, ignore=shutil.ignore_patterns("files"), dirs_exist_ok=True)
    browser = opened(tmp_path / "profile")
    try:
        browser.get(address.replace("/web/", "/bare/"))
        browser.execute_async_script("headPose.started.then(arguments[0])")
        assert "Run “make web”" in text(browser, "problem")
        browser.get((site / "index.html").as_uri())
        assert "http.server" in text(browser, "problem")
    finally:
        browser.quit()


@pytest.fixture
def camera_file(tmp_path: Path) -> Path:
    """The beginning of the sample as a camera gives it, each frame with its number in the corner."""
    path = tmp_path / "camera.y4m"
    with av.open(str(product.SAMPLE)) as container, path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{SIZE[0]} H{SIZE[1]} F10:1 Ip A1:1 C420jpeg\n".encode())
        for number, frame in zip(range(FRAMES), container.decode(video=0), strict=False):
            planes = frame.to_ndarray(format="yuv420p").copy()
            planes[SIZE[1] - BLOCK : SIZE[1], : BITS * BLOCK] = np.repeat(
                [235 if number >> bit & 1 else 16 for bit in range(BITS)], BLOCK
            )
            file.write(b"FRAME\n" + planes.tobytes())
    return path


NOTE_ANGLES = """
window.seen = [];
document.addEventListener("measured", ({detail: {faces, frame}}) => {
  const row = frame.height - arguments[1] / 2;
  const {data} = frame.getContext("2d").getImageData(0, row, arguments[0] * arguments[1], 1);
  let number = 0;
  for (let bit = 0; bit < arguments[0]; bit++) {
    if (data[4 * (bit * arguments[1] + arguments[1] / 2) + 1] > 128) number |= 1 << bit;
  }
  window.seen.push([number, frame.width, frame.height, faces.map((face) => [face.yaw, face.pitch, face.roll])]);
});
"""


def test_every_frame_of_a_camera_has_the_angles_of_annotate(address: str, camera_file: Path, tmp_path: Path) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    expected = annotated(camera_file, tmp_path / "poses.csv")
    assert len(expected) == FRAMES
    flags = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={camera_file}",
    )
    browser = opened(tmp_path / "profile", *flags)
    try:
        loaded(browser, address)
        browser.execute_script(NOTE_ANGLES.replace("arguments[0]", str(BITS)).replace("arguments[1]", str(BLOCK)))
        browser.find_element("id", "camera").click()
        WebDriverWait(browser, 60).until(lambda page: page.execute_script("return seen.length") >= FRAMES)
        seen = browser.execute_script("return seen")
        assert not text(browser, "problem")
    finally:
        browser.quit()
    assert {(width, height) for _, width, height, _ in seen} == {SIZE}
    differences = [np.abs(np.subtract(faces, expected[number])).max() for number, _, _, faces in seen]
    assert len({number for number, *_ in seen}) > 5
    assert max(differences) < LARGEST_DIFFERENCE_DEG
