"""A model card: what a snapshot is, in words."""

from __future__ import annotations

from hopenet.architectures import architecture
from hopenet.crops import crop_to_plain
from hopenet.records import SnapshotRecord
from hopenet.training.recipes import Recipe

_NO_LICENCE = "Not stated: whoever passes this snapshot on has to settle it, that of the training data included."


def model_card(record: SnapshotRecord, recipe: Recipe, *, heads: int, validation_heads: int) -> str:
    """Markdown: use, input, output, data, recipe, validation figures and licence of a trained snapshot."""
    network = architecture(recipe.architecture)
    figures = "\n".join(f"| {name} | {value:.2f}° |" for name, value in sorted(record.figures.items()))
    crops = "\n".join(
        f"| {detector} | {', '.join(f'{key} {value}' for key, value in crop_to_plain(rule).items())} |"
        for detector, rule in record.crops.items()
    )
    factors = ", ".join(f"{factor:.2f}" for factor in record.decoding.spread_factors)
    return f"""# {record.name}

Head pose (yaw, pitch, roll in degrees) of one face, by {network.title} with Hopenet's three heads.

## Input and output
A square crop of {record.input_size} × {record.input_size} pixels around the face; {record.decoding.bins} bins of
{record.decoding.width_deg:g}° for each angle, the first standing for {record.decoding.first_deg:g}°. The angle is their
mean; the spread is their standard deviation times {factors} (yaw, pitch, roll).

| boxes of | crop |
|---|---|
{crops}

## Training
Data: {record.training_data or "not stated"}; {heads} heads, and {validation_heads} others to validate with.
Recipe: {recipe.name}, {recipe.epochs} epochs, seed {recipe.seed}; all of it stands in `recipe.json` beside this file.

## Figures
Mean absolute errors. Validation errors are against the labels of the training data's own kind.

| figure | value |
|---|---|
{figures or "| none: nothing was kept aside to validate with | |"}

## Limits
Not meant for identifying people or for decisions about them.
Angles near and beyond ±{_reach(record):.0f}° cannot be told.

## Licence
{record.licence or _NO_LICENCE}
"""


def _reach(record: SnapshotRecord) -> float:
    decoding = record.decoding
    return min(-decoding.first_deg, decoding.first_deg + (decoding.bins - 1) * decoding.width_deg)
