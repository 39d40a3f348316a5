"""The documentation site: `make docs` builds it in build/site, with warnings as errors.

The source folder is the repository itself, so that the Markdown files are pages where they are, and links between them
work here and on a page that shows the repository. Nothing is copied.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from docs.site import made_pages, navigation  # noqa: E402

project = "Hopenet Studio"
author = "The Hopenet Studio developers"
version = release = made_pages.program_version()
language = "en"

root_doc = "docs/index"
include_patterns = ["docs/**.md", *(f"{name}.md" for name in navigation.OUTSIDE)]
exclude_patterns = [
    *(f"{path.name}/**" for path in ROOT.iterdir() if path.is_dir() and path.name not in navigation.FOLDERS),
    *("docs/web", "docs/pictures", "docs/training", "docs/site", "**/__pycache__", "**/node_modules"),
]

extensions = ["myst_parser", "sphinx.ext.autodoc"]
myst_heading_anchors = 4  # as on a page that shows the repository, so that links to headings work in both places
suppress_warnings = ["myst.header"]  # a card starts at the level that suits where it is shown alone

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_class_signature = "separated"
autodoc_mock_imports = ["torch"]  # no page needs it, and importing it takes seconds
default_role = "literal"  # docstrings write names as `name`

html_theme = "furo"
html_title = f"{project} {version}"
html_favicon = "../assets/icons/hopenet-studio.svg"
html_static_path: list[str] = []
html_extra_path = ["site/start"]  # the root's index.html, which leads to that of docs
html_copy_source = False
html_show_sphinx = False

_FOLDER_LINK = re.compile(r"(?<=\]\()(?!\w+:)([^)#\s]+?)/?(?=\))")


def _read(_app: Sphinx, name: str, source: list[str]) -> None:
    """Completes a page: what is made from the code, links to folders, and the pages below it."""
    folder = (ROOT / name).parent
    text = made_pages.filled(source[0])
    text = _FOLDER_LINK.sub(lambda link: _page_of_folder(folder, link[1]), text)
    source[0] = text + navigation.below(name)


def _page_of_folder(folder: Path, link: str) -> str:
    """A link to a folder leads to its README, as it does on a page that shows the repository."""
    return f"{link}/README.md" if (folder / link / "README.md").is_file() else link


def setup(app: Sphinx) -> None:
    app.connect("source-read", _read)
