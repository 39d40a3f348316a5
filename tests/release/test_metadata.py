"""The version is the same wherever it stands, and the files for archives are valid."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest

from tests.e2e.program import ROOT


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    content: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return content


def test_the_citation_has_the_version_and_what_the_format_demands(project: dict[str, Any]) -> None:
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    fields = dict(re.findall(r"^([a-z-]+): *(.*)$", text, re.MULTILINE))
    assert fields["version"] == project["version"]
    assert fields["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "type", "license"} <= set(fields)
    assert fields["abstract"] == project["description"]


def test_zenodo_gets_the_same_words(project: dict[str, Any]) -> None:
    fields = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    assert project["description"] in fields["description"]
    assert fields["keywords"] == project["keywords"]
    assert "version" not in fields, "Zenodo takes it from the tag"


def test_the_changelog_has_the_version_first(project: dict[str, Any]) -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    released = [heading for heading in headings if heading.lower() != "unreleased"]
    assert re.fullmatch(rf"{re.escape(project['version'])} \((unreleased|\d{{4}}-\d\d-\d\d)\)", released[0])


@pytest.mark.parametrize("name", ["release.yml", "audit.yml"])
def test_workflows_may_only_read_unless_a_job_says_otherwise(name: str) -> None:
    text = (ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8")
    assert re.search(r"^permissions:\n  contents: read$", text, re.MULTILINE)


def test_only_a_tag_makes_a_release() -> None:
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    triggers = text.partition("\non:\n")[2].partition("\n\n")[0]
    assert triggers == '  push:\n    tags: ["v*"]'
