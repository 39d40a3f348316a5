"""The Virtual Motion Capture protocol: the head bone of an avatar, as OSC over UDP.

Source: https://protocol.vmc.info/english. This program is what it calls an assistant: it sends some bones to an
application that animates the rest.
"""

from __future__ import annotations

from app.analysis.rotations import Quaternion, Vector, towards
from app.errors import UsageError
from app.live_outputs.datagrams import Datagrams
from app.live_outputs.osc import bundle_of
from app.live_outputs.output import OutputAddress
from app.live_outputs.sample import HeadSample

NECK = "neck"

_NO_ROTATION: Quaternion = 1.0, 0.0, 0.0, 0.0

_REST_M: dict[str, Vector] = {"Neck": (0.0, 0.13, 0.0), "Head": (0.0, 0.09, 0.0)}
"""Where bones sit above the bone below them, in metres, in avatars of a usual build. Some receivers apply positions;
zeros would push the head into the neck there."""


def unity_quaternion(quaternion: Quaternion) -> Quaternion:
    """The rotation (w, x, y, z) of a sample in the axes of Unity's avatars: x to the avatar's right, y up, z forwards.

    The avatar faces away from the camera's axes as the user does, so only x is reversed. That makes the axes
    left-handed, and keeps sides: if the user's head turns to the user's left, the avatar's turns to its own left.
    """
    w, x, y, z = quaternion
    return w, x, -y, -z


def bones(sample: HeadSample, neck_share: float = 0.0) -> dict[str, Quaternion]:
    """The local rotations of the bones, in Unity's axes: the neck takes its share of the turn, the head the rest.

    Empty if the angles are NaN: an avatar cannot show those.
    """
    whole = unity_quaternion(sample.quaternion)
    if whole[0] != whole[0]:
        return {}
    if neck_share == 0:
        return {"Head": whole}
    # Both turn about the same axis, so that the two in a row are the whole.
    return {"Neck": towards(_NO_ROTATION, whole, neck_share), "Head": towards(_NO_ROTATION, whole, 1 - neck_share)}


def vmc_bundle(sample: HeadSample, *, since_s: float, neck_share: float = 0.0) -> bytes:
    """Bones, the sender's time since it was opened, and whether the head is tracked."""
    messages: list[tuple[str, str, tuple[object, ...]]] = [
        # A model is loaded, calibrated, in normal mode, and tracked well or not.
        ("/VMC/Ext/OK", "iiii", (1, 3, 0, int(sample.found))),
        ("/VMC/Ext/T", "f", (since_s,)),
    ]
    for name, (w, x, y, z) in bones(sample, neck_share).items():
        messages.append(("/VMC/Ext/Bone/Pos", "sfffffff", (name, *_REST_M[name], x, y, z, w)))
    return bundle_of(messages)


def open_output(address: OutputAddress) -> VmcOutput:
    return VmcOutput(address)


class VmcOutput:
    def __init__(self, address: OutputAddress) -> None:
        """Raises UsageError if an option is not valid, and OutputError if the host is unknown."""
        self._neck_share = _share(address)
        self._datagrams = Datagrams(address)
        self._first_s: float | None = None

    def send(self, sample: HeadSample) -> None:
        if self._first_s is None:
            self._first_s = sample.captured_s
        since_s = sample.captured_s - self._first_s
        self._datagrams.send(vmc_bundle(sample, since_s=since_s, neck_share=self._neck_share))

    def close(self) -> None:
        self._datagrams.close()


def _share(address: OutputAddress) -> float:
    text = address.options.get(NECK, "0")
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share < 1:
        raise UsageError(
            f"The option “{NECK}” of {address.text} must be a share from 0 to below 1, not “{text}”.",
            advice="For example, 0.4 lets the neck take 40 % of the turn, and the head the rest.",
        )
    return share
