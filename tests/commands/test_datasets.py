"""The options that name a labelled dataset."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from app.commands.datasets import DatasetArguments, add_dataset_arguments


@pytest.mark.parametrize("option", ["--disagreement-column", "--doubt-column"])
def test_the_disagreement_column_has_a_name_and_a_former_name(option: str, tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    add_dataset_arguments(parser)
    parsed = parser.parse_args(["--dataset", "csv", "--root", str(tmp_path), option, "teachers_deg"])
    assert DatasetArguments.from_namespace(parsed).disagreement_column == "teachers_deg"
