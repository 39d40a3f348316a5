"""A pose table smoothed again without delay: its raw angles forwards and backwards, in place of its smoothed ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from app.analysis.zero_lag import zero_lag_angles
from app.outputs.rows import Numbers
from app.outputs.sorted_rows import FaceTrack
from app.outputs.table_data import PoseTableData
from app.session.identities import Identities, faces_of_rows
from app.session.session import Kind, Session
from app.settings import ZERO_LAG, AnalysisSettings, Signs
from hopenet.pose import ANGLES

NO_IDENTITIES = Identities()


def with_zero_lag(
    table: PoseTableData,
    strength: float,
    *,
    identities: Identities = NO_IDENTITIES,
    stopped: Callable[[], bool] = lambda: False,
) -> PoseTableData:
    """The table with its raw angles, smoothed without delay, as the smoothed ones; its record says so.

    `strength`: from 0 to 1, as everywhere. `identities`: those by which the table's rows are its tracks. Once `stopped`
    returns true, the other faces stay as they are: the result is not wanted any more.
    """
    tracks = tuple(
        track if stopped() else replace(track, smoothed=_zero_lag(track, table.reference.signs, strength))
        for track in table.tracks
    )
    settings = _settings_of(table.record)
    record = {**(table.record or {}), "settings": {**settings, "filter": ZERO_LAG, "smoothing": strength}}
    return replace(table, tracks=tracks, columns=_SmoothedColumns(table, tracks, identities), record=record)


class Smoother:
    """Smooths the tables of a session again, and remembers the result.

    Thread: any. Two at once may do the same work twice.
    """

    def __init__(self, stopped: Callable[[], bool] = lambda: False) -> None:
        self._stopped = stopped
        self._known: tuple[tuple[PoseTableData, float, PoseTableData], ...] = ()

    def prepared(self, session: Session, kind: Kind, strength: float | None) -> Session:
        """The session itself, or with smoothed tables if `kind` is “zero-lag”. `strength` None: that of each table.

        Pictures that stand alone are not smoothed.
        """
        if kind != "zero-lag" or not session.tables or session.stands_alone:
            return session
        wanted = [(table, recorded_strength(table) if strength is None else strength) for table in session.tables]
        known = self._known
        tables: list[tuple[PoseTableData, float, PoseTableData]] = []
        for place, (table, own_strength) in enumerate(wanted):
            found = next((each for each in known if each[0] is table and each[1] == own_strength), None)
            # Only the first table has identities that people change here, and only its columns are saved.
            identities = session.edits.identities if place == 0 else NO_IDENTITIES
            smoothed = (
                found[2] if found else with_zero_lag(table, own_strength, identities=identities, stopped=self._stopped)
            )
            tables.append((table, own_strength, smoothed))
        self._known = tuple(tables)
        return replace(session, tables=tuple(smoothed for _, _, smoothed in tables))


def recorded_strength(table: PoseTableData) -> float:
    """The strength that the table was smoothed with, according to its record; otherwise the default."""
    strength = known_strength(table)
    return AnalysisSettings().smoothing if strength is None else strength


def known_strength(table: PoseTableData) -> float | None:
    """The strength that the table was smoothed with, according to its record; None if that does not say."""
    strength = _settings_of(table.record).get("smoothing")
    known = isinstance(strength, int | float) and 0 <= strength <= 1
    return float(strength) if known else None  # type: ignore[arg-type]


def _zero_lag(track: FaceTrack, signs: Signs, strength: float) -> Numbers:
    # A neutral pose turns all rotations alike, but an angle with the other sign belongs to another rotation.
    own = np.array([signs.yaw, signs.pitch, signs.roll], np.float64)
    smoothed = zero_lag_angles(track.raw * own, track.time_s, strength) * own
    smoothed.flags.writeable = False
    return smoothed


def _settings_of(record: Mapping[str, Any] | None) -> Mapping[str, Any]:
    settings = (record or {}).get("settings")
    return settings if isinstance(settings, Mapping) else {}


class _SmoothedColumns(Mapping[str, Numbers]):
    """The columns of a table, with the smoothed angles of its tracks. Read-only."""

    def __init__(self, table: PoseTableData, tracks: tuple[FaceTrack, ...], identities: Identities) -> None:
        self._table, self._tracks, self._identities = table, tracks, identities
        self._columns = table.columns
        self._places = {f"{angle}_smooth_deg": place for place, angle in enumerate(ANGLES)}

    def __getitem__(self, name: str) -> Numbers:
        place = self._places.get(name)
        if place is None:
            return self._columns[name]
        column = np.empty(len(self._columns["frame"]))
        # The tracks are in the order of the face IDs, and their rows in that of the frames.
        order = np.lexsort((self._columns["frame"], faces_of_rows(self._table, self._identities)))
        column[order] = np.concatenate([track.smoothed[:, place] for track in self._tracks] or [np.empty(0)])
        column.flags.writeable = False
        return column

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)
