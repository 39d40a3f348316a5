"""Renders the contact sheet of docs/rendering.md: `python docs/make_heads_sheet.py [--assets DIR]`.

The yaw grows from −180° at the left to 180° at the right.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("LP_NUM_THREADS", "0")  # as in render-heads

from app.weights.head_assets import HeadAssetFiles  # noqa: E402 - after the checkout is on the path
from hopenet.rendering.assets import HeadAssets  # noqa: E402
from hopenet.rendering.poses import PoseRange  # noqa: E402
from hopenet.rendering.scenes import SceneMaker, SetPlan  # noqa: E402

SHEET = ROOT / "docs" / "pictures" / "rendered-heads.jpg"
COLUMNS, ROWS, SIDE = 13, 6, 96
SEED = 39


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assets", type=Path, metavar="DIR", help="as for render-heads")
    folder: Path | None = parser.parse_args().assets
    assets = HeadAssets(HeadAssetFiles.standard(folder).paths(plain=False))
    count = COLUMNS * ROWS
    plan = SetPlan(seed=SEED, count=count, persons=count // 2, poses=PoseRange(), held_out=False, side=SIDE)
    maker = SceneMaker(assets, plan)
    by_yaw = sorted((maker.picture(index) for index in range(count)), key=lambda picture: picture.pose.yaw)
    columns = [
        np.vstack([picture.image for picture in by_yaw[start : start + ROWS]]) for start in range(0, count, ROWS)
    ]
    _, encoded = cv2.imencode(".jpg", np.hstack(columns), [cv2.IMWRITE_JPEG_QUALITY, 85])
    SHEET.write_bytes(encoded.tobytes())


if __name__ == "__main__":
    main()
