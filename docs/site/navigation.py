"""Which page stands where on the site. The pages themselves do not say it: they are also read elsewhere."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

CARDS = tuple(f"weights/{path.stem}" for path in sorted((ROOT / "weights").glob("*.md")) if path.stem != "README")
"""The cards of the bundled snapshots."""

OUTSIDE = ("CONTEXT", "CONTRIBUTING", "CHANGELOG", "benchmarks/README", "weights/README", *CARDS)
"""Pages that are not in docs."""

FOLDERS = ("docs", "benchmarks", "weights")

Section = tuple[str, tuple[str, ...]]

SECTIONS: tuple[Section, ...] = (
    ("Start", ("guide/researcher", "guide/hobbyist", "guide/engineer", "guide/annotator")),
    (
        "Tutorials",
        (
            "tutorials/talk-in-pandas",
            "tutorials/conversation",
            "tutorials/own-pictures",
            "tutorials/own-training",
            "tutorials/avatar",
        ),
    ),
    (
        "Use",
        (
            *("signs", "numbers", "sessions", "attention", "camera-geometry", "full-range", "outputs", "scale"),
            *("runtimes", "doctor", "troubleshooting", "faq", "limits"),
        ),
    ),
    ("Reference", ("reference/commands", "reference/window", "reference/formats", "reference/library", "../CONTEXT")),
    (
        "Accuracy and speed",
        (
            *("evaluation", "../benchmarks/README", "snapshots", "../weights/README", "../weights/compact"),
            *("training", "training-runs", "rendering"),
        ),
    ),
    ("Trust", ("privacy", "threat-model", "licences", "compatibility")),
    (
        "Development",
        (
            *("architecture", "extending", "translation-de", "model-card", "release-checklist"),
            *("../CONTRIBUTING", "../CHANGELOG", "adr/README"),
        ),
    ),
)
"""The sections of the index; pages by their path from docs, without `.md`."""

TITLES = {
    "../CONTEXT": "Glossary",
    "adr/README": "Decisions",
    **{f"../{card}": f"Card of {Path(card).stem}" for card in CARDS},
}
"""Titles in the navigation that differ from those of the pages."""


def below(page: str) -> str:
    """The lists of pages below one, as hidden parts of its text."""
    if page == "docs/index":
        return "".join(_list_of_pages(title, pages) for title, pages in (*SECTIONS, *_further()))
    if page == "docs/adr/README":
        return "\n\n```{toctree}\n:hidden:\n:glob:\n\n0*\n```\n"
    return ""


def _list_of_pages(title: str, pages: tuple[str, ...]) -> str:
    pages = tuple(page for page in pages if (ROOT / "docs" / f"{page}.md").is_file())
    lines = "\n".join(f"{TITLES[page]} <{page}>" if page in TITLES else page for page in pages)
    return f"\n\n```{{toctree}}\n:hidden:\n:caption: {title}\n\n{lines}\n```\n"


def _further() -> tuple[Section, ...]:
    """Pages of docs that have no place yet: they are on the site as soon as they are written."""
    known = {page for _, pages in SECTIONS for page in pages}
    further = tuple(sorted(path.stem for path in (ROOT / "docs").glob("*.md") if path.stem not in {*known, "index"}))
    return (("More", further),) if further else ()
