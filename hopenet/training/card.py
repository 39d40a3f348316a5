"""Writes the model card of a trained snapshot."""

from __future__ import annotations

from hopenet.architectures import architecture
from hopenet.crops import crop_to_plain
from hopenet.records import Decoding, SnapshotRecord
from hopenet.training.recipes import Recipe

_NO_LICENCE = "Not stated. Before you share this snapshot, choose a licence that the training data's licence permits."

_CIRCULAR = """
The bins cover the full circle: the mean is the direction of the mean vector, and differences from it are taken the
shorter way round."""


def model_card(record: SnapshotRecord, recipe: Recipe, *, heads: int, validation_heads: int) -> str:
    """The card in Markdown: use, input, output, data, recipe, validation figures, and licence of a snapshot."""
    network = architecture(recipe.architecture)
    figures = "\n".join(f"| {name} | {value:.2f}° |" for name, value in sorted(record.figures.items()))
    crops = "\n".join(
        f"| {detector} | {', '.join(f'{key} {value}' for key, value in crop_to_plain(rule).items())} |"
        for detector, rule in record.crops.items()
    )
    factors = ", ".join(f"{factor:.2f}" for factor in record.decoding.spread_factors)
    return f"""# {record.name}

Estimates the head pose (yaw, pitch, roll in degrees) of one face. The network is {network.title} with Hopenet's three
heads.

## Input and output
The input is a square crop of {record.input_size} × {record.input_size} pixels around the face. The output is a
distribution over {record.decoding.bins} bins of {record.decoding.width_deg:g}° for each angle; the first bin represents
{record.decoding.first_deg:g}°. The angle is the distribution's mean; the spread is its standard deviation times
{factors} (yaw, pitch, roll).{_CIRCULAR if record.decoding.circular else ""}

| detector | crop |
|---|---|
{crops}

## Training
Data: {record.training_data or "not stated"}; {heads} heads for training and {validation_heads} others for validation.
Recipe: {recipe.name}, {recipe.epochs} epochs, seed {recipe.seed}; `recipe.json` next to this file has all settings.

## Figures
Mean absolute errors. Validation errors are measured against labels of the same kind as the training labels.

| figure | value |
|---|---|
{figures or "| none: no heads were held out for validation | |"}

## Limits
Not intended for identifying people or for decisions about them.
{_limit(record.decoding)}

## Licence
{record.licence or _NO_LICENCE}
"""


def _limit(decoding: Decoding) -> str:
    if decoding.circular:
        return "Any yaw can be estimated, the back of the head included; a pitch beyond ±90° cannot."
    reach = min(-decoding.first_deg, decoding.first_deg + (decoding.bins - 1) * decoding.width_deg)
    return f"Angles near and beyond ±{reach:.0f}° cannot be estimated."
