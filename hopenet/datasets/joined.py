"""Several sets of heads as one."""

from __future__ import annotations

from collections.abc import Sequence

from hopenet.datasets.labels import HeadSet, LabelledHead

_SEPARATOR = ":"


class JoinedHeads:
    """The heads of several sets, one set after the other.

    The first set keeps its names; those of the others begin with the set's number, as in `2:picture.jpg`, because
    different sets may use the same name.
    """

    def __init__(self, sets: Sequence[HeadSet]) -> None:
        self._sets = tuple(sets)
        self.name = " + ".join(one.name for one in self._sets)
        self._places: dict[str, tuple[HeadSet, str]] = {}
        for number, heads in enumerate(self._sets, start=1):
            for name in heads.names:
                self._places[name if number == 1 else f"{number}{_SEPARATOR}{name}"] = (heads, name)
        self._names = tuple(self._places)

    @property
    def names(self) -> Sequence[str]:
        return self._names

    def read(self, name: str) -> LabelledHead:
        if name not in self._places:
            raise ValueError(f"None of the sets has a head “{name}”.")
        heads, own = self._places[name]
        return heads.read(own)
