"""Pictures on which a snapshot is tried before it is used.

A network can give angles for a black picture and NaN for every face, so most of them show one.
`trial_face.jpg` is cut out of NASA's official portrait of Eileen Collins, which is in the public domain
(assets/README.md).
"""

from __future__ import annotations

import io
from importlib import resources

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from hopenet.preprocess import BgrImage

_FACE = resources.files("hopenet") / "trial_face.jpg"


_ORDINARY = (0, 1, 2, 3, 4, 6, 8)
"""Those of a face as it may be in any video: not blurred, upside down or tiny."""


def ordinary_faces(side: int) -> list[BgrImage]:
    """Those of `trial_pictures` in which a network sees a face well."""
    pictures = trial_pictures(side)
    return [pictures[place] for place in _ORDINARY]


def trial_pictures(side: int) -> list[BgrImage]:
    """Squares (side, side, 3) in BGR: a face in different light, size, sharpness and pose, noise, black and white.

    The first is the face as it is.
    """
    with Image.open(io.BytesIO(_FACE.read_bytes())) as picture:
        face = picture.convert("RGB")
    width, height = face.size
    near = face.crop((width // 5, height // 5, 4 * width // 5, 4 * height // 5))
    far = ImageOps.expand(face.resize((width // 3, height // 3)), border=width // 3, fill=(90, 110, 130))
    faces = (
        face,
        ImageOps.mirror(face),
        ImageEnhance.Brightness(face).enhance(0.15),
        ImageEnhance.Brightness(face).enhance(2.5),
        ImageEnhance.Color(face).enhance(0.0),
        face.filter(ImageFilter.GaussianBlur(6)),
        face.rotate(35, Image.Resampling.BILINEAR),
        ImageOps.flip(face),
        near,
        far,
    )
    noise = np.random.default_rng(0).integers(0, 256, (side, side, 3)).astype(np.uint8)
    return [
        *(np.asarray(one.resize((side, side), Image.Resampling.BILINEAR))[..., ::-1] for one in faces),
        noise,
        np.zeros((side, side, 3), np.uint8),
        np.full((side, side, 3), 255, np.uint8),
    ]
