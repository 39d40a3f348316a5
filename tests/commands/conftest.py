from __future__ import annotations

from collections.abc import Callable

import pytest

from app.cli import parser


@pytest.fixture
def run() -> Callable[..., int]:
    """Runs a command as typed; words may be paths and numbers. Errors are raised, not printed."""

    def run_here(*words: object) -> int:
        namespace = parser().parse_args([*map(str, words)])
        code: int = namespace.run(namespace)
        return code

    return run_here
