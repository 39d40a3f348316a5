"""Writes every measured figure into README, cards and docs, from the files of `benchmarks/results/`.

    python -m benchmarks.figures           # writes what has changed
    python -m benchmarks.figures --check   # only says what is stale; the exit code is 1 if anything is

A part of a document is between `<!-- NAME: made by benchmarks/figures.py -->` and `<!-- end of NAME -->`; the names are
those of PARTS, with “of SNAPSHOT” where the part is about one snapshot. The files are written by
`benchmarks.evaluations`, `main.py benchmark` and `benchmarks.window`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.weights.manifest import ModelRecord, read_manifest
from benchmarks import evaluation_tables, report
from benchmarks.evaluation_tables import Measured

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results" / "evaluation"
MANIFEST = ROOT / "weights" / "manifest.toml"
MAKER = "made by benchmarks/figures.py"

DOCUMENTS = ("README.md", "weights/*.md", "docs/*.md", "benchmarks/README.md")

_MARKER = re.compile(rf"<!-- (?P<name>[^:>]+?)(?: of (?P<snapshot>[^:> ]+))?: {re.escape(MAKER)} -->")

PARTS: Mapping[str, Callable[[Measured], str]] = {
    "snapshots": evaluation_tables.snapshots,
    "published figures": evaluation_tables.published_figures,
    "robustness": evaluation_tables.robustness,
    "comparison": evaluation_tables.comparison,
    "points": evaluation_tables.points,
}
PARTS_OF_ONE: Mapping[str, Callable[[Measured, str], str]] = {
    "development": evaluation_tables.development_of,
    "summary": evaluation_tables.summary_of,
    "robustness": evaluation_tables.robustness_of,
    "points": evaluation_tables.points_of,
    "turned": evaluation_tables.turned_of,
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if a document is stale")
    check = parser.parse_args(arguments).check
    stale = [(path, text) for path, text in texts().items() if text != path.read_text(encoding="utf-8")]
    for path, text in stale:
        print(f"{path.relative_to(ROOT)} {'is stale' if check else 'was rewritten'}")
        if not check:
            path.write_text(text, encoding="utf-8", newline="\n")
    if check and stale:
        print("Run python -m benchmarks.figures.", file=sys.stderr)
    return 1 if check and stale else 0


def texts() -> dict[Path, str]:
    """Every document with figures, with its parts made anew. Raises ValueError if a part cannot be made."""
    measured = read_results()
    found = report.written_documents()
    for pattern in DOCUMENTS:
        for path in sorted(ROOT.glob(pattern)):
            text = found.get(path) or path.read_text(encoding="utf-8")
            found[path] = with_parts(text, measured, path.name)
    found[MANIFEST] = with_manifest_figures(MANIFEST.read_text(encoding="utf-8"), measured)
    return found


def read_results(folder: Path = RESULTS, manifest: Path = MANIFEST) -> Measured:
    """The figures as they are kept. Raises ValueError if they are of another file than the manifest's."""
    files = {
        name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("development", "heads", "turned", "speed")
        if (folder / f"{name}.json").exists()
    }
    listed = read_manifest(manifest)
    bundled = tuple(
        one for one in listed.records if one.kind == "snapshot" and (manifest.parent / one.filename).exists()
    )
    others = tuple(one for one in listed.records if one.kind == "snapshot" and one not in bundled)
    measured = Measured(files, (*sorted(bundled, key=lambda one: one.name != listed.default),), others)
    for record in measured.records:
        _check_file(record, measured)
    return measured


def with_parts(text: str, measured: Measured, document: str) -> str:
    """The text with each of its marked parts made anew. Raises ValueError for a part of an unknown name."""
    for marker in [*_MARKER.finditer(text)]:
        name, snapshot = marker["name"], marker["snapshot"]
        whole = name if snapshot is None else f"{name} of {snapshot}"
        if snapshot is None and name in PARTS:
            part = PARTS[name](measured)
        elif snapshot is not None and name in PARTS_OF_ONE:
            part = PARTS_OF_ONE[name](measured, snapshot)
        else:
            raise ValueError(f"{document} has a part “{whole}”, which nothing makes.")
        text = report.with_part(text, whole, part, MAKER)
    return text


def with_manifest_figures(text: str, measured: Measured) -> str:
    """The manifest with our own error of each snapshot that was measured on the development pictures."""
    ours = {name: evaluation_tables.whole_set(own).mae.value for name, own in measured.snapshots("development").items()}
    sections = re.split(r"(?m)^(?=\[model\.)", text)
    for place, section in enumerate(sections):
        name = re.match(r'\[model\."?([^"\]]+)', section)
        if name is not None and name[1] in ours:
            key = f'"{evaluation_tables.MANIFEST_FIGURE}" = '
            sections[place] = re.sub(f"{re.escape(key)}[\\d.]+", f"{key}{ours[name[1]]:.2f}", section)
    return "".join(sections)


def _check_file(record: ModelRecord, measured: Measured) -> None:
    for name in ("development", "heads", "turned"):
        own: Mapping[str, Any] | None = measured.snapshots(name).get(record.name)
        if own is not None and record.sha256 is not None and own["snapshot"]["sha256"] != record.sha256:
            raise ValueError(
                f"{name}.json has the figures of another file of {record.name} than the manifest's: run make figures."
            )


if __name__ == "__main__":
    sys.exit(main())
