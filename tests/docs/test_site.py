"""The documentation site: every page has a place, links work in the repository too, and what is made is complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.site import made_pages, navigation

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *(ROOT / f"{name}.md" for name in navigation.OUTSIDE)])
_LINK = re.compile(r"(?<!`)\[[^\]\n]*\]\((?P<target>[^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The headings of a page as links name them."""
    text = _FENCE.sub("", made_pages.filled(page.read_text(encoding="utf-8")))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_and_headings(page: Path) -> None:
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    for found in _LINK.finditer(text):
        target, _, anchor = found["target"].partition("#")
        if "://" in target:
            continue
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), f"{page.name} links to {target}, which is not there"
        if anchor:
            assert anchor in anchors(file), f"{page.name} links to {found['target']}, which has no such heading"


def test_every_page_of_the_navigation_is_there() -> None:
    pages = [page for _, pages in navigation.SECTIONS for page in pages]
    assert [page for page in pages if not (DOCS / f"{page}.md").is_file()] == []
    assert len(pages) == len(set(pages))


def test_pages_outside_docs_have_a_place() -> None:
    pages = {page for _, pages in navigation.SECTIONS for page in pages}
    assert {f"../{name}" for name in navigation.OUTSIDE} <= pages


def test_every_made_part_is_used_and_known() -> None:
    used = {name for page in PAGES for name in made_pages.MARKER.findall(page.read_text(encoding="utf-8"))}
    assert used <= set(made_pages.PARTS)
    assert set(made_pages.PARTS) <= used


def test_commands_have_every_option() -> None:
    from app.commands.table import COMMANDS

    text = made_pages.commands()
    assert all(f"## {command.name}\n" in text for command in COMMANDS)
    for option in ("--detect-every N", "--from", "--send ADDRESS", "--resume", "-o FILE"):
        assert option in text or option.replace("-o FILE", "-o, --output") in text
    assert "==SUPPRESS==" not in text


def test_the_window_page_has_every_action_and_panel() -> None:
    from app.gui.window.actions import ACTIONS, MENUS

    text = made_pages.menus()
    named = {name for _, names in MENUS for name in names.split()}
    for action in ACTIONS:
        if action.name in named:
            assert str(action.text).replace("&", "") in text
    page = (DOCS / "reference" / "window.md").read_text(encoding="utf-8")
    code = (ROOT / "app" / "gui" / "panels" / "side_panel.py").read_text(encoding="utf-8")
    sections = re.findall(r'\("\w+", self\.tr\("([^"]+)"\)', code)
    assert sections
    assert all(f"| {title} |" in page for title in sections)


def test_columns_and_formats_are_those_of_the_code() -> None:
    from app.outputs.rows import COLUMN_NAMES

    assert all(f"| `{name}` |" in made_pages.table_columns() for name in COLUMN_NAMES)
    assert "`.parquet`" in made_pages.table_formats()


def test_text_of_the_program_is_no_markup() -> None:
    assert made_pages._prose("a * b_c <d> `e_f`") == r"a \* b\_c \<d\> `e_f`"
    assert made_pages._table(("a",), [("x|y",)]).splitlines()[-1] == r"| x\|y |"
