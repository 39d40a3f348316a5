"""Files with the geometry of a camera, as OpenCV, ROS and Kalibr write them: YAML, JSON or XML."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np

from app.errors import UsageError
from hopenet.camera_geometry import DISTORTION_NAMES, CameraGeometry

_LARGEST_BYTES = 1_000_000
_MATRIX_KEYS = ("cameramatrix", "intrinsicmatrix", "intrinsics", "intrinsic", "mtx", "k", "m")
_DISTORTION_KEYS = (
    *("distortioncoefficients", "distortioncoeffs", "distortionparameters", "distortion"),
    *("distcoeffs", "distcoefs", "distcoeff", "dist", "d"),
)
_WIDTH_KEYS = ("imagewidth", "width")
_HEIGHT_KEYS = ("imageheight", "height")
_SIZE_KEYS = ("imagesize", "resolution", "size")
_MODEL_KEYS = ("distortionmodel", "cameramodel")
_OTHER_MODELS = ("fisheye", "equidistant", "kannala", "omni", "mei", "fov", "thinprismfisheye", "doublesphere", "eucm")
"""Parts of the names of lens models whose coefficients mean something else than OpenCV's usual ones."""
_FISHEYE_KEYS = ("fisheye", "fisheyemodel")

_Values = Mapping[str, object]
_ADVICE = "Measure the geometry with “calibrate-camera”, or give the horizontal field of view with --field-of-view."


def read_camera_geometry(path: Path) -> CameraGeometry:
    """The geometry in a file, which may use any usual name for its parts.

    Raises UsageError in one sentence if the file cannot be read, is incomplete, or describes another kind of lens.
    """
    values = _values(path)
    model = " ".join(str(values.get(key, "")) for key in _MODEL_KEYS).lower()
    is_fisheye = any(values.get(key) not in (None, 0, 0.0, "", "0", "false", "False") for key in _FISHEYE_KEYS)
    if is_fisheye or any(name in model for name in _OTHER_MODELS):
        raise UsageError(
            f"{path} describes a fisheye lens, whose model is not supported.",
            advice="Calibrate the camera with OpenCV's usual model of up to 12 coefficients.",
        )
    try:
        fx, fy, cx, cy = _intrinsics(values)
        width, height = _size(values)
        geometry = CameraGeometry(width, height, fx, fy, cx, cy, _distortion(values))
        geometry.check_distortion()
    except ValueError as error:
        raise UsageError(f"{path} cannot be used: {error}", advice=_ADVICE) from error
    return geometry


def camera_file_text(geometry: CameraGeometry, suffix: str, further: Mapping[str, float | str]) -> str:
    """The content of a file that OpenCV and this program read; XML or JSON if the suffix says so, otherwise YAML.

    `further`: what else it says, by name.
    """
    kind = {".json": cv2.FILE_STORAGE_FORMAT_JSON, ".xml": cv2.FILE_STORAGE_FORMAT_XML}.get(
        suffix.lower(), cv2.FILE_STORAGE_FORMAT_YAML
    )
    storage = cv2.FileStorage("", cv2.FILE_STORAGE_WRITE | cv2.FILE_STORAGE_MEMORY | kind)
    for name, value in further.items():
        storage.write(name, value)
    storage.write("image_width", geometry.width)
    storage.write("image_height", geometry.height)
    matrix = [[geometry.fx, 0, geometry.cx], [0, geometry.fy, geometry.cy], [0, 0, 1]]
    storage.write("camera_matrix", np.array(matrix, np.float64))
    storage.write("distortion_coefficients", np.array([geometry.distortion or (0.0,) * 5], np.float64))
    text: str = storage.releaseAndGetString()
    return text


def _values(path: Path) -> _Values:
    """What a file says, by name in lower case without underscores; of maps in maps also the inner names."""
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise UsageError(f"{path} is too large to be the geometry of a camera.", advice=_ADVICE)
        text = path.read_text(encoding="utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not a text file.", advice=_ADVICE) from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    if not text.startswith(("{", "<")):
        # OpenCV wants its own header; ROS and Kalibr write none, or that of YAML.
        text = "%YAML:1.0\n---\n" + re.sub(r"\A(%YAML[^\n]*\n)?(---[^\n]*\n)?", "", text) + "\n"
    try:
        storage = cv2.FileStorage(text, cv2.FILE_STORAGE_READ | cv2.FILE_STORAGE_MEMORY)
        values = _of_map(storage.root())
    except (cv2.error, SystemError, ValueError) as error:
        raise UsageError(f"{path} is not YAML, JSON or XML as OpenCV reads it.", advice=_ADVICE) from error
    cameras = [name for name, value in values.items() if re.fullmatch(r"cam\d+", name) and isinstance(value, Mapping)]
    if len(cameras) > 1:
        raise UsageError(
            f"{path} has the geometry of {len(cameras)} cameras: {', '.join(cameras)}.",
            advice="Save the section of the camera that filmed as a file of its own, and name that.",
        )
    for inner in [value for value in values.values() if isinstance(value, Mapping)]:
        values = {**inner, **values}
    return values


def _of_map(node: cv2.FileNode) -> dict[str, object]:
    return {_plain_name(key): _value(node.getNode(key)) for key in node.keys()}  # noqa: SIM118  (not a mapping)


def _plain_name(key: str) -> str:
    return re.sub(r"[^a-z0-9]", "", re.sub(r"^camera\d?\.", "", key.lower()))


def _value(node: cv2.FileNode) -> object:
    """A number, a text, a flat sequence of numbers, or a map."""
    if node.isMap():
        inner = _of_map(node)
        data = inner.get("data")
        return data if isinstance(data, list) else inner
    if node.isSeq():
        flat: list[object] = []
        for place in range(node.size()):
            one = _value(node.at(place))
            flat += one if isinstance(one, list) else [one]
        return flat
    if node.isString():
        text = node.string()
        try:
            return float(text)
        except ValueError:
            return text
    return node.real() if node.isInt() or node.isReal() else None


def _numbers(value: object) -> list[float] | None:
    if isinstance(value, Sequence) and all(isinstance(one, float) for one in value):
        return [float(one) for one in value]
    return None


def _found(values: _Values, keys: Sequence[str]) -> list[float] | None:
    for key in keys:
        numbers = _numbers(values.get(key))
        if numbers:
            return numbers
    return None


def _number(values: _Values, keys: Sequence[str]) -> float | None:
    return next((value for key in keys if isinstance(value := values.get(key), float)), None)


def _intrinsics(values: _Values) -> tuple[float, float, float, float]:
    single = [_number(values, (key,)) for key in ("fx", "fy", "cx", "cy")]
    matrix = _found(values, _MATRIX_KEYS)
    if matrix is not None and len(matrix) == 9:
        return matrix[0], matrix[4], matrix[2], matrix[5]
    if matrix is not None and len(matrix) == 4:
        return matrix[0], matrix[1], matrix[2], matrix[3]
    fx, fy, cx, cy = single
    if fx is None or cx is None or cy is None:
        raise ValueError("it has no camera matrix (such as camera_matrix, K, or fx, fy, cx and cy).")
    return fx, fx if fy is None else fy, cx, cy


def _size(values: _Values) -> tuple[int, int]:
    width, height = _number(values, _WIDTH_KEYS), _number(values, _HEIGHT_KEYS)
    size = _found(values, _SIZE_KEYS)
    if (width is None or height is None) and size is not None and len(size) == 2:
        width, height = size
    if width is None or height is None:
        raise ValueError("it does not say for which size of picture it is (image_width and image_height).")
    if not (math.isfinite(width) and math.isfinite(height)):
        raise ValueError("its size of picture is not a number.")
    return round(width), round(height)


def _distortion(values: _Values) -> tuple[float, ...]:
    coefficients = _found(values, _DISTORTION_KEYS)
    if coefficients is None:
        single = [_number(values, (name,)) or 0.0 for name in DISTORTION_NAMES]
        coefficients = single
    while coefficients and coefficients[-1] == 0:
        coefficients = coefficients[:-1]
    return tuple(coefficients)
