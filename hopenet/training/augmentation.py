"""Changes to a crop that leave its label known: turned, mirrored, moved, blurred, recoloured, partly covered."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from cv2.typing import MatLike
from PIL import Image, ImageFilter

from hopenet.datasets.labels import LabelledHead, published_training_crop
from hopenet.datasets.pictures import coarsened, look_at
from hopenet.pose import HeadPose
from hopenet.preprocess import BgrImage, cut_out


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How much of each change; the defaults change nothing.

    Convention: shares are probabilities, `_deg` degrees. A crop is turned by a normal deviate of `turn_deg` (at most
    three times that), or, with probability `turn_any`, by any angle up to `turn_any_deg`; either is multiplied by the
    yaw's cosine to the power of `profile_power`: a profile turned in the picture goes through poses of large pitch and
    roll that heads do not take, and near 90° of yaw only their combination can be seen. `zoom`: smallest and largest
    factor of the crop's side; `shift`: standard deviation of its centre in sides. `smallest_side`: of a crop made
    coarse and enlarged again, in pixels.
    """

    kind: Literal["modern"] = "modern"
    mirror: float = 0.0
    turn_deg: float = 0.0
    turn_any: float = 0.0
    turn_any_deg: float = 90.0
    profile_power: float = 0.0
    zoom: tuple[float, float] = (1.0, 1.0)
    shift: float = 0.0
    stretch: float = 0.0
    coarse: float = 0.0
    smallest_side: int = 20
    blur: float = 0.0
    jpeg: float = 0.0
    noise: float = 0.0
    light: float = 0.0
    colour: float = 0.0
    grey: float = 0.0
    cover: float = 0.0

    def apply(
        self, head: LabelledHead, image: BgrImage, side: int, random: np.random.Generator
    ) -> tuple[BgrImage, HeadPose]:
        """A changed crop of (side, side, 3) and its pose, from the picture of a head."""
        square, pose = _placed(look_at(head, image), head.pose, side, self, random)
        square = _degraded(square, self, random)
        square = _recoloured(square, self, random)
        return np.asarray(_covered(square, self, random), np.uint8), pose


@dataclass(frozen=True, slots=True)
class PublishedAugmentation:
    """What the published training code does: random margins, a random part of the crop, mirroring, a rare blur.

    `margin`: range of k. `resize`: shorter side, of which a random square is kept. `coarsen`: factors by which the
    picture is shrunk and enlarged again, one of them at random, as for the snapshot that is robust to image quality.
    Source: protocol of 300W-LP in Hopenet's code.
    """

    kind: Literal["published"] = "published"
    margin: tuple[float, float] = (0.2, 0.4)
    resize: int = 240
    mirror: float = 0.5
    blur: float = 0.05
    coarsen: tuple[int, ...] = ()

    def apply(
        self, head: LabelledHead, image: BgrImage, side: int, random: np.random.Generator
    ) -> tuple[BgrImage, HeadPose]:
        """A changed crop of (side, side, 3) and its pose, from the picture of a head."""
        crop, pose = image, head.pose
        if head.face_box is not None:
            rectangle = published_training_crop(head.face_box, random.uniform(*self.margin))
            part = cut_out(image, rectangle)
            if part is None:
                raise ValueError(f"The head in {head.file} is too small or lies outside the picture.")
            crop = part
        elif not head.cropped:
            raise ValueError(f"{head.file} shows more than the head, and its set does not say where that is.")
        if self.coarsen:
            crop = coarsened(crop, int(random.choice(self.coarsen)))
        picture = Image.fromarray(crop)
        if random.random() < self.mirror:
            picture, pose = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT), mirrored(pose)
        if random.random() < self.blur:
            picture = picture.filter(ImageFilter.BLUR)
        resize = max(self.resize, side)
        shorter = min(picture.size)
        picture = picture.resize(
            (resize * picture.width // shorter, resize * picture.height // shorter), Image.Resampling.BILINEAR
        )
        left = int(random.integers(0, picture.width - side + 1))
        top = int(random.integers(0, picture.height - side + 1))
        return np.asarray(picture)[top : top + side, left : left + side].copy(), pose


def mirrored(pose: HeadPose) -> HeadPose:
    """The pose in the mirrored picture: yaw and roll change sign."""
    return HeadPose(-pose.yaw, pose.pitch, -pose.roll)


def turned(pose: HeadPose, counter_clockwise_deg: float) -> HeadPose:
    """The pose in the picture turned counter-clockwise: Rz(−φ) · R, so that roll falls.

    All three angles change with it, because the turn is about the camera's axis and not the head's.
    """
    return HeadPose.from_matrix(HeadPose(0, 0, -counter_clockwise_deg).matrix() @ pose.matrix())


def _placed(
    crop: MatLike, pose: HeadPose, side: int, rules: Augmentation, random: np.random.Generator
) -> tuple[MatLike, HeadPose]:
    height, width = crop.shape[:2]
    if random.random() < rules.mirror:
        crop, pose = np.ascontiguousarray(crop[:, ::-1]), mirrored(pose)
    if random.random() < rules.turn_any:
        turn_deg = random.uniform(-rules.turn_any_deg, rules.turn_any_deg)
    else:
        turn_deg = rules.turn_deg * float(np.clip(random.normal(), -3, 3))
    turn_deg *= max(0.0, math.cos(math.radians(pose.yaw))) ** rules.profile_power
    if turn_deg:
        pose = turned(pose, turn_deg)
    zoom = math.exp(random.uniform(math.log(rules.zoom[0]), math.log(rules.zoom[1])))
    shift = random.normal(0, 1, 2).clip(-2.5, 2.5) * rules.shift * min(height, width)
    stretch = math.exp(random.normal() * rules.stretch)
    c, s = math.cos(math.radians(turn_deg)), math.sin(math.radians(turn_deg))
    scale = side / (min(height, width) * zoom)
    # Counter-clockwise as seen, in coordinates whose y points down.
    linear = np.diag([stretch**0.5, stretch**-0.5]) @ np.array([[c, s], [-s, c]]) * scale
    centre = np.array([(width - 1) / 2, (height - 1) / 2]) + shift
    offset = np.array([(side - 1) / 2, (side - 1) / 2]) - linear @ centre
    # Beyond the crop lies what the picture had there, which is not stored: black as at a picture's edge, or a guess.
    border = random.choice([cv2.BORDER_CONSTANT, cv2.BORDER_REFLECT_101, cv2.BORDER_REPLICATE], p=[0.5, 0.3, 0.2])
    if scale < 1:
        crop = cv2.GaussianBlur(crop, (0, 0), 0.5 * math.sqrt(1 / scale**2 - 1) + 1e-3)
    moved = cv2.warpAffine(
        crop, np.hstack([linear, offset[:, None]]), (side, side), flags=cv2.INTER_LINEAR, borderMode=int(border)
    )
    return moved, pose


def _degraded(square: MatLike, rules: Augmentation, random: np.random.Generator) -> MatLike:
    side = len(square)
    if random.random() < rules.coarse:
        small = round(math.exp(random.uniform(math.log(rules.smallest_side), math.log(side))))
        way_up = int(random.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_NEAREST], p=[0.5, 0.3, 0.2]))
        shrunk = cv2.resize(square, (small, small), interpolation=cv2.INTER_AREA)
        square = cv2.resize(shrunk, (side, side), interpolation=way_up)
    if random.random() < rules.blur:
        if random.random() < 0.5:
            square = cv2.GaussianBlur(square, (0, 0), random.uniform(0.3, 2.0))
        else:
            square = _smeared(square, random.uniform(3, 9), random.uniform(0, 180))
    if random.random() < rules.jpeg:
        quality = int(random.integers(20, 90))
        _, encoded = cv2.imencode(".jpg", square, [cv2.IMWRITE_JPEG_QUALITY, quality])
        decoded = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
        square = square if decoded is None else decoded
    return square


def _smeared(square: MatLike, length: float, direction_deg: float) -> MatLike:
    """Motion blur along one direction."""
    size = int(length) | 1
    line = np.zeros((size, size), np.float32)
    line[size // 2] = 1
    turn = cv2.getRotationMatrix2D((size // 2, size // 2), direction_deg, 1.0)
    kernel = cv2.warpAffine(line, turn, (size, size))
    return cv2.filter2D(square, -1, np.asarray(kernel / max(float(kernel.sum()), 1e-6), np.float32))


def _recoloured(square: MatLike, rules: Augmentation, random: np.random.Generator) -> MatLike:
    if random.random() < rules.grey:
        grey = cv2.cvtColor(square, cv2.COLOR_BGR2GRAY)
        square = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
    # One table per channel: gamma, contrast, brightness, then the channel's own gain.
    if random.random() < rules.light or rules.colour > 0:
        ramp = np.linspace(0, 1, 256)
        if random.random() < rules.light:
            ramp = ramp ** math.exp(random.normal() * 0.3)
            ramp = (ramp - 0.5) * math.exp(random.normal() * 0.2) + 0.5 + random.normal() * 0.08
        gains = np.exp(random.normal(0, rules.colour, 3))
        table = np.clip(ramp[:, None] * gains * 255, 0, 255).astype(np.uint8).reshape(1, 256, 3)
        square = cv2.LUT(square, table)
    if random.random() < rules.noise:
        grain = np.asarray(random.normal(0, random.uniform(2, 12), square.shape), np.float32)
        square = np.clip(square + grain, 0, 255).astype(np.uint8)
    return square


def _covered(square: MatLike, rules: Augmentation, random: np.random.Generator) -> MatLike:
    """A rectangle over part of the face, as a hand or another head would be."""
    if random.random() >= rules.cover:
        return square
    side = len(square)
    width, height = (int(side * random.uniform(0.1, 0.45)) for _ in range(2))
    x, y = int(random.integers(0, side - width)), int(random.integers(0, side - height))
    square = square.copy()
    if random.random() < 0.5:
        square[y : y + height, x : x + width] = random.integers(0, 256, 3)
    else:
        # Something with texture: another part of the same crop.
        from_x, from_y = int(random.integers(0, side - width)), int(random.integers(0, side - height))
        square[y : y + height, x : x + width] = square[from_y : from_y + height, from_x : from_x + width].copy()
    return square
