"""Tables and sentences from the figures of evaluations, for README, cards and docs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.weights.manifest import ModelRecord
from benchmarks.report import table

Plain = Mapping[str, Any]
"""Part of a file that `evaluate --json` writes."""

MANIFEST_FIGURE = "AFLW2000 MAE of 400"

PUBLISHED_MB = {"mobilenetv2": 10, "resnet18": 45, "resnet50": 96}
"""Sizes of published files that the manifest does not know."""

VIEWS = {"landmarks": "landmark squares", "published": "published rectangles", "mediapipe": "MediaPipe boxes"}

RESIDUALS = (
    "Mean residuals in percent of the side of the crop's square; differences are those of estimates minus labels."
)

_NONE = "not measured yet"


@dataclass(frozen=True, slots=True)
class Measured:
    """All figures of evaluations.

    `files`: by name, as `benchmarks.evaluations` keeps them. `bundled`: the snapshots of the repository, the default
    first; `others`: further snapshots of the manifest.
    """

    files: Mapping[str, Plain]
    bundled: tuple[ModelRecord, ...]
    others: tuple[ModelRecord, ...] = ()

    @property
    def records(self) -> tuple[ModelRecord, ...]:
        return (*self.bundled, *self.others)

    def snapshots(self, file: str) -> dict[str, Plain]:
        """The figures of each snapshot in a file of evaluations, by its name; empty if there is no such file."""
        found = self.files.get(file)
        if found is None:
            return {}
        return {one["snapshot"]["name"]: one for one in (found, *found["compared"])}

    def of(self, file: str, snapshot: str) -> Plain:
        """Raises ValueError if the snapshot was not measured."""
        found = self.snapshots(file)
        if snapshot not in found:
            raise ValueError(f"There are no figures of {snapshot} in {file}.json.")
        return found[snapshot]


class Figure(NamedTuple):
    """A figure with its 95 % interval, if it has one."""

    value: float
    low: float | None
    high: float | None

    def __str__(self) -> str:
        return f"{_number(self.value)}{self.interval}"

    @property
    def interval(self) -> str:
        return "" if self.low is None or self.high is None else f" ({_number(self.low)} … {_number(self.high)})"

    @property
    def signed(self) -> str:
        low, high = self.low, self.high
        return _signed(self.value) + ("" if low is None or high is None else f" ({_signed(low)} … {_signed(high)})")


class Errors(NamedTuple):
    """The errors of a set of heads: mean absolute ones, and as one rotation."""

    heads: int
    yaw: Figure
    pitch: Figure
    roll: Figure
    mae: Figure
    rotation: Figure
    rotation_median: Figure
    yaw_median: Figure


def snapshots(measured: Measured) -> str:
    """All snapshots on the same pictures, for the project's README; of others only those that can be downloaded."""
    development, speed = measured.snapshots("development"), measured.files.get("speed", {"snapshots": {}})["snapshots"]
    rows = []
    for record in measured.records:
        own, published = development.get(record.name), record.mae_deg
        if own is None and record not in measured.bundled and (published is None or not record.sources):
            continue
        errors = None if own is None else whole_set(own)
        profile = None if own is None else _band(own, 60)
        kind = " (default, bundled)" if record is measured.bundled[0] else " (bundled)"
        rows.append(
            [
                f"`{record.name}`{kind if record in measured.bundled else ''}",
                _megabytes(record),
                f"{speed[record.name]['ratio']:.2f}" if record.name in speed else "",
                _degrees(errors and errors.mae),
                _degrees(errors and errors.rotation),
                _degrees(profile and profile.rotation),
                "" if published is None else f"{published:.2f}°",
                record.licence,
            ]
        )
    heads = ["snapshot", "file", "relative time, one face, one thread", "MAE", "rotation error", "… beyond 60° of yaw"]
    text = (
        "MAE and rotation error are of 400 pictures of AFLW2000, measured here with each snapshot's own crop rule; "
        "published errors are of all 1,969."
    )
    return f"{text}\n\n{table([*heads, 'AFLW2000 MAE, published', 'licence'], rows)}"


def published_figures(measured: Measured) -> str:
    """Published snapshots: their published error, and ours."""
    rows = []
    for record in measured.others:
        own = measured.snapshots("development").get(record.name)
        if own is None or record.mae_deg is None:
            continue
        by_label, by_box = own["report"]["views"]
        first = _errors(by_label["figures"]["everything"]).mae
        boxes = _errors(by_box["figures"]["everything"]).mae
        ours = f"{first.value:.4f}{first.interval}"
        rows.append([f"`{record.name}`", f"{record.mae_deg:.4f}", ours, f"{boxes}, {by_box['found']} found"])
    if not rows:
        return _NONE
    return table(["snapshot", "published, 1,969 heads", "400 of them, with this command", "with MediaPipe boxes"], rows)


def robustness(measured: Measured) -> str:
    """The MAE of each bundled snapshot on degraded pictures, and how much larger it is than on clean ones."""
    found = _bundled(measured, "heads")
    if not found:
        return _NONE
    kinds = [(row["kind"], row["title"]) for row in next(iter(found.values()))["robustness"]]
    rows = []
    for place, (kind, title) in enumerate(kinds):
        cells = []
        for own in found.values():
            row = own["robustness"][place]
            worse = "" if kind == "clean" else f" ({_signed(row['mae_worse']['value'])})"
            cells.append(f"{_number(row['mae']['value'])}{worse}")
        rows.append([title, *cells])
    return f"{_heads(measured)}\n\n{table(['MAE', *(f'`{name}`' for name in found)], rows)}"


def robustness_of(measured: Measured, snapshot: str) -> str:
    """The errors of one snapshot on degraded pictures, with intervals."""
    rows = []
    for row in measured.of("heads", snapshot)["robustness"]:
        mae, rotation = _figure(row["mae"]), _figure(row["rotation"])
        clean = row["kind"] == "clean"
        worse = ("", "") if clean else (_figure(row["mae_worse"]).signed, _figure(row["rotation_worse"]).signed)
        moved = "" if clean else _number(row["mae_change"]["value"])
        rows.append([row["title"], _number(mae.value), worse[0], _number(rotation.value), worse[1], moved])
    heads = ["", "MAE", "worse than clean", "rotation error", "worse than clean", "estimate moves by"]
    return f"{_heads(measured)}\n\n{table(heads, rows)}"


def comparison(measured: Measured) -> str:
    """Each other snapshot against the default on the development pictures, in pairs."""
    found = measured.files.get("development")
    rows = []
    for other in found["compared"] if found else ():
        if other["comparison"] is None:
            continue
        everything = other["comparison"]["everything"]
        profile = next((one["summary"] for one in other["comparison"]["bands"] if one["from_deg"] == 60), None)
        rows.append(
            [
                f"`{other['snapshot']['name']}`",
                str(everything["heads"]),
                _figure(everything["mae"]["difference"]).signed,
                _figure(everything["rotation"]["difference"]).signed,
                "" if profile is None else _figure(profile["rotation"]["difference"]).signed,
                _percent(everything["better_rotation"]["value"]),
            ]
        )
    if found is None or not rows:
        return _NONE
    first = found["snapshot"]["name"]
    crop = found["report"]["views"][-1]["crop"]
    text = f"Differences with {VIEWS.get(crop, crop)}, in degrees:"
    heads = [f"`{first}` −", "heads", "MAE", "rotation error", "… beyond 60° of yaw", f"heads with `{first}` closer"]
    return f"{text}\n\n{table(heads, rows)}"


def points(measured: Measured) -> str:
    """The residual of points under the rotations of each bundled snapshot."""
    rows = []
    for name, own in _bundled(measured, "heads").items():
        if own["points"] is not None:
            rows.append([f"`{name}`", *_residuals(own["points"]["everything"])])
    heads = ["snapshot", "heads", "labels", "estimates", "difference", "heads with the estimate closer"]
    return f"{RESIDUALS}\n\n{table(heads, rows)}" if rows else _NONE


def points_of(measured: Measured, snapshot: str) -> str:
    """The residual of points under the rotations of one snapshot, by range of yaw."""
    found = measured.of("heads", snapshot)["points"]
    if found is None:
        return _NONE
    rows = [["all", *_residuals(found["everything"])]]
    rows += [[_range(band), *_residuals(band["agreement"])] for band in found["bands"] if band["agreement"] is not None]
    heads = ["heads", "number", "labels", "estimates", "difference", "heads with the estimate closer"]
    return f"{RESIDUALS}\n\n{table(heads, rows)}"


def development_of(measured: Measured, snapshot: str) -> str:
    """The errors of one snapshot on the development pictures."""
    rows = []
    for view in measured.of("development", snapshot)["report"]["views"]:
        figures = view["figures"]
        if figures is None:
            continue
        name = VIEWS.get(view["crop"], view["crop"])
        rows.append([name, *_cells(_errors(figures["everything"]), bold="mae")])
        if view["crop"] in ("landmarks", "published"):
            for band in figures["bands"]:
                if band["summary"] is not None:
                    cells = _cells(_errors(band["summary"]), bold="rotation" if band["from_deg"] >= 60 else "mae")
                    rows.append([f"the same, yaw {_range(band)} ({band['heads']})", *cells])
    return table(["where", "yaw", "pitch", "roll", "MAE", "rotation error"], rows)


def summary_of(measured: Measured, snapshot: str) -> str:
    """What the table of the development pictures does not show, in sentences."""
    report = measured.of("development", snapshot)["report"]
    by_label, by_box = report["views"]
    figures = by_label["figures"]
    bias, calibration = figures["everything"]["bias"], figures["calibration"]
    angles = ("yaw", "pitch", "roll")
    within = ", ".join(f"{_percent(calibration[angle]['within_one']['value'])} for {angle}" for angle in angles)
    means = ", ".join(f"{_signed(bias[angle]['value'])} for {angle}" for angle in angles)
    text = (
        f"With the landmark squares, the median rotation error is "
        f"{_number(figures['everything']['geodesic_median']['value'])}. The bias (estimate − label) is {means}. Of the "
        f"errors, these shares are within one spread: {within}."
    )
    if report["worse_by"] is not None:
        worse = _figure(report["worse_by"])
        text += (
            f" With MediaPipe's boxes ({by_box['found']} of {report['heads']} heads found), the MAE differs by "
            f"{worse.signed} from that of the landmark squares of the same heads."
        )
    speed = measured.files.get("speed", {"snapshots": {}})
    if snapshot in speed["snapshots"]:
        ratio = speed["snapshots"][snapshot]["ratio"]
        text += f" One face on one CPU thread takes {ratio:.2f} times as long as with SqueezeNet 1.1."
    return text


def turned_of(measured: Measured, snapshot: str) -> str:
    """The errors of one snapshot on heads of any yaw."""
    figures = measured.of("turned", snapshot)["report"]["views"][-1]["figures"]
    bands = [(f"yaw {_range(band)}", band["summary"]) for band in figures["bands"] if band["summary"] is not None]
    rows = []
    for name, summary in (("all", figures["everything"]), *bands):
        errors = _errors(summary)
        each = (errors.yaw_median, errors.yaw, errors.pitch, errors.roll, errors.rotation, errors.rotation_median)
        rows.append([name, str(errors.heads), *(_number(figure.value) for figure in each)])
    heads = ["heads", "number", "yaw, median", "yaw", "pitch", "roll", "rotation error", "rotation error, median"]
    return table(heads, rows)


def whole_set(own: Plain) -> Errors:
    """The errors of a snapshot over all heads, with the labels' crops."""
    return _errors(own["report"]["views"][0]["figures"]["everything"])


def _bundled(measured: Measured, file: str) -> dict[str, Plain]:
    found = measured.snapshots(file)
    return {record.name: found[record.name] for record in measured.bundled if record.name in found}


def _band(own: Plain, from_deg: int) -> Errors | None:
    bands = own["report"]["views"][0]["figures"]["bands"]
    return next(
        (_errors(one["summary"]) for one in bands if one["from_deg"] == from_deg and one["summary"] is not None), None
    )


def _errors(summary: Plain) -> Errors:
    mae = summary["mae"]
    return Errors(
        heads=summary["heads"],
        yaw=_figure(mae["yaw"]),
        pitch=_figure(mae["pitch"]),
        roll=_figure(mae["roll"]),
        mae=_figure(mae["together"]),
        rotation=_figure(summary["geodesic_mean"]),
        rotation_median=_figure(summary["geodesic_median"]),
        yaw_median=_figure(summary["median"]["yaw"]),
    )


def _figure(plain: Plain) -> Figure:
    return Figure(plain["value"], plain["low"], plain["high"])


def _cells(errors: Errors, *, bold: str) -> list[str]:
    """The headline in bold type."""
    last = {"mae": errors.mae, "rotation": errors.rotation}
    return [
        *(_number(figure.value) for figure in (errors.yaw, errors.pitch, errors.roll)),
        *(
            f"{f'**{_number(figure.value)}**' if name == bold else _number(figure.value)}{figure.interval}"
            for name, figure in last.items()
        ),
    ]


def _residuals(agreement: Plain) -> Sequence[str]:
    return (
        str(agreement["heads"]),
        f"{agreement['label_mean']['value']:.2f} %",
        f"{agreement['mean']['value']:.2f} %",
        _figure(agreement["difference"]).signed,
        _percent(agreement["closer"]["value"]),
    )


def _heads(measured: Measured) -> str:
    """Which crops were measured."""
    report = measured.files["heads"]["report"]
    return f"{report['heads']:,} crops of heads; errors against their labels, in degrees."


def _range(band: Plain) -> str:
    return f"{band['from_deg']} to {band['to_deg']}°"


def _megabytes(record: ModelRecord) -> str:
    size = PUBLISHED_MB.get(record.name) if record.size_bytes is None else record.size_bytes / 1e6
    if size is None:
        return ""
    return f"{size:.1f} MB" if size < 5 else f"{size:.0f} MB"


def _degrees(figure: Figure | None) -> str:
    return "" if figure is None else f"{_number(figure.value)}°"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _number(value: float) -> str:
    return f"{value:z.2f}".replace("-", "−")


def _signed(value: float) -> str:
    return f"{value:+z.2f}".replace("-", "−")
