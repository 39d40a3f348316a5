"""Every bundled snapshot has a card with everything that somebody has to know before using it: docs/model-card.md."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from app.product import BUNDLED_WEIGHTS
from app.weights.manifest import read_manifest

CHECKLIST = {
    "use": ("Use", r"."),
    "input and output": ("Input and output", r"crop.*angle"),
    "training data": ("Training", r"training data|crops|renderings"),
    "where the labels come from": ("Training", r"label"),
    "licences of what made the labels": ("Training", r"licen[cs]e|MIT|Apache|BSD"),
    "figures": ("Figures", r"\d\.\d\d"),
    "limits": ("Limits", r"."),
    "groups of people": ("Limits", r"groups of people"),
    "licence, and what it allows": ("Licence", r"use"),
}
"""What has to be said, the section that says it, and words that it cannot do without."""


def snapshots() -> Iterator[tuple[str, str]]:
    """The bundled snapshots, each with the card of its name, or one that describes it too. README.md is no card."""
    cards = {path.stem: path.read_text(encoding="utf-8") for path in BUNDLED_WEIGHTS.glob("[!R]*.md")}
    for record in read_manifest(BUNDLED_WEIGHTS / "manifest.toml").records:
        if record.kind == "snapshot" and (BUNDLED_WEIGHTS / record.filename).is_file():
            named = (stem for stem, text in cards.items() if re.search(rf"`{re.escape(record.name)}`", text))
            yield record.name, record.name if record.name in cards else next(named, "")


@pytest.mark.parametrize(("snapshot", "card"), list(snapshots()))
def test_the_card_of_a_bundled_snapshot_is_complete(snapshot: str, card: str) -> None:
    assert card, f"{snapshot} has no card"
    text = (BUNDLED_WEIGHTS / f"{card}.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    missing = {
        what
        for what, (section, words) in CHECKLIST.items()
        if not re.search(words, sections.get(section, ""), re.IGNORECASE | re.DOTALL)
    }
    assert not missing
