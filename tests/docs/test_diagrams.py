from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[2] / "docs"


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_diagrams", DOCS / "make_diagrams.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # Its dataclasses look themselves up there.
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["rooms.svg", "threads.svg", "output-axes.svg", "sign-conventions.svg"])
def test_the_committed_diagram_is_what_the_script_draws(name: str) -> None:
    drawn = script().DIAGRAMS[name]()
    committed = (DOCS / "pictures" / name).read_text(encoding="utf-8")
    assert drawn == committed, f"{name} is out of date: run python docs/make_diagrams.py, and look at it"


def test_every_package_of_the_application_has_a_room() -> None:
    packages = {f"app.{path.parent.name}" for path in (DOCS.parent / "app").glob("*/__init__.py")}
    assert packages - {"app.bundled"} <= set(script().ROOMS)
