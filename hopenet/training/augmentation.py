"""Augmentation: changes to a crop with a known effect on its label. Crops are rotated, mirrored, moved, degraded, …"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from cv2.typing import MatLike
from PIL import Image, ImageFilter

from hopenet.datasets.labels import LabelledHead, published_training_crop
from hopenet.datasets.pictures import coarsened, head_crop
from hopenet.pose import HeadPose
from hopenet.preprocess import BgrImage, cut_out


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How strong each augmentation is; the defaults change nothing.

    Convention: shares are probabilities; `_deg` means degrees. A crop is rotated by a normally distributed angle with
    standard deviation `turn_deg` (limited to three times that), or, with probability `turn_any`, by any angle up to
    `turn_any_deg`. Either angle is multiplied by the yaw's cosine to the power of `profile_power`: a profile rotated in
    the picture goes through poses with large pitch and roll that do not occur, and near 90° of yaw only their
    combination is visible. `zoom`: minimum and maximum factor for the crop's side; `shift`: standard deviation of its
    centre, relative to the side. `smallest_side`: minimum side in pixels of a crop that is shrunk and enlarged again.
    `longest_motion`: maximum length of motion blur in pixels. `dark`: share of crops in poor light, whose brightness is
    multiplied by `darkest` to 0.5 before a sensor's noise is added. `largest_cover`: maximum side of the rectangle that
    covers part of the face, relative to the crop's.
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
    longest_motion: float = 9.0
    jpeg: float = 0.0
    noise: float = 0.0
    light: float = 0.0
    dark: float = 0.0
    darkest: float = 0.04
    colour: float = 0.0
    grey: float = 0.0
    cover: float = 0.0
    largest_cover: float = 0.45

    def apply(
        self, head: LabelledHead, image: BgrImage, side: int, random: np.random.Generator
    ) -> tuple[BgrImage, HeadPose]:
        """An augmented crop (side, side, 3) and its pose, from the picture of a head."""
        square, pose = _placed(head_crop(head, image), head.pose, side, self, random)
        square = _degraded(square, self, random)
        square = _recoloured(square, self, random)
        return np.asarray(_covered(square, self, random), np.uint8), pose


@dataclass(frozen=True, slots=True)
class PublishedAugmentation:
    """The augmentation of the published training code: random margins, random crops, mirroring, and occasional blur.

    `margin`: range of k. `resize`: shorter side after resizing, from which a random square is cropped. `coarsen`:
    factors of which one is chosen at random to shrink and enlarge the picture, as for the snapshot that is robust to
    low image quality.
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
        """An augmented crop (side, side, 3) and its pose, from the picture of a head."""
        crop, pose = image, head.pose
        if head.face_box is not None:
            rectangle = published_training_crop(head.face_box, random.uniform(*self.margin))
            part = cut_out(image, rectangle)
            if part is None:
                raise ValueError(f"The head in {head.file} is too small or lies outside the picture.")
            crop = part
        elif not head.cropped:
            raise ValueError(f"{head.file} shows more than the head, and its label does not say where the head is.")
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
    """The pose in the mirrored picture: yaw and roll change their sign."""
    return HeadPose(-pose.yaw, pose.pitch, -pose.roll)


def turned(pose: HeadPose, counter_clockwise_deg: float) -> HeadPose:
    """The pose in the picture rotated counter-clockwise by φ: Rz(−φ) · R, so roll decreases.

    All three angles change, because the rotation is about the camera's axis, not the head's.
    """
    matrix = HeadPose(0, 0, -counter_clockwise_deg).matrix() @ pose.matrix()
    # The face stays turned away from the camera or not, so the label keeps the range that it has.
    return HeadPose.from_matrix(matrix, full_range=abs(pose.pitch) <= 90)


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
    turn_deg *= abs(math.cos(math.radians(pose.yaw))) ** rules.profile_power
    if turn_deg:
        pose = turned(pose, turn_deg)
    zoom = math.exp(random.uniform(math.log(rules.zoom[0]), math.log(rules.zoom[1])))
    shift = random.normal(0, 1, 2).clip(-2.5, 2.5) * rules.shift * min(height, width)
    stretch = math.exp(random.normal() * rules.stretch)
    c, s = math.cos(math.radians(turn_deg)), math.sin(math.radians(turn_deg))
    scale = side / (min(height, width) * zoom)
    # Counter-clockwise as seen, in coordinates with y pointing down.
    linear = np.diag([stretch**0.5, stretch**-0.5]) @ np.array([[c, s], [-s, c]]) * scale
    centre = np.array([(width - 1) / 2, (height - 1) / 2]) + shift
    offset = np.array([(side - 1) / 2, (side - 1) / 2]) - linear @ centre
    # The picture beyond the crop is not stored: it is filled with black, as at a picture's edge, or with a guess.
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
        upsampling = int(random.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_NEAREST], p=[0.5, 0.3, 0.2]))
        shrunk = cv2.resize(square, (small, small), interpolation=cv2.INTER_AREA)
        square = cv2.resize(shrunk, (side, side), interpolation=upsampling)
    if random.random() < rules.blur:
        if random.random() < 0.5:
            square = cv2.GaussianBlur(square, (0, 0), random.uniform(0.3, 2.0))
        else:
            square = _motion_blurred(square, random.uniform(3, rules.longest_motion), random.uniform(0, 180))
    if random.random() < rules.jpeg:
        quality = int(random.integers(20, 90))
        _, encoded = cv2.imencode(".jpg", square, [cv2.IMWRITE_JPEG_QUALITY, quality])
        decoded = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
        square = square if decoded is None else decoded
    return square


def _motion_blurred(square: MatLike, length: float, direction_deg: float) -> MatLike:
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
    # One lookup table per channel: gamma, contrast, brightness, then the channel's own gain.
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
    # Recipes without it draw nothing here, so that they still give the snapshots that they gave before.
    if rules.dark and random.random() < rules.dark:
        square = _darkened(square, math.exp(random.uniform(math.log(rules.darkest), math.log(0.5))), random)
    return square


def _darkened(square: MatLike, gain: float, random: np.random.Generator) -> MatLike:
    """The crop as a camera sees it in poor light: noise of the light itself and of the sensor, in whole levels."""
    light = square.astype(np.float32) * gain
    deviation = np.sqrt(random.uniform(0, 0.3) * light + random.uniform(0.3, 4.0) ** 2)
    grain = random.standard_normal(square.shape, np.float32) * deviation
    return np.asarray(np.clip(np.rint(light + grain), 0, 255), np.uint8)


def _covered(square: MatLike, rules: Augmentation, random: np.random.Generator) -> MatLike:
    """Covers part of the face with a rectangle, as a hand or another head might."""
    if random.random() >= rules.cover:
        return square
    side = len(square)
    width, height = (int(side * random.uniform(0.1, rules.largest_cover)) for _ in range(2))
    x, y = int(random.integers(0, side - width)), int(random.integers(0, side - height))
    square = square.copy()
    if random.random() < 0.5:
        square[y : y + height, x : x + width] = random.integers(0, 256, 3)
    else:
        # A textured rectangle: another part of the same crop.
        from_x, from_y = int(random.integers(0, side - width)), int(random.integers(0, side - height))
        square[y : y + height, x : x + width] = square[from_y : from_y + height, from_x : from_x + width].copy()
    return square
