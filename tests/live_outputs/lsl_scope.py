"""Keeps Lab Streaming Layer on this machine in tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


def pylsl_or_skip() -> Any:
    """The library, unless it has no liblsl here: then the tests that ask for it are skipped."""
    try:
        import pylsl
    except (ImportError, OSError, RuntimeError) as error:
        pytest.skip(f"liblsl is not available: {error}", allow_module_level=True)
    return pylsl


@pytest.fixture(scope="module")
def lsl_on_this_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """liblsl reads its settings once, when it is first used, here and in each process that is started."""
    settings = tmp_path_factory.mktemp("lsl") / "lsl_api.cfg"
    settings.write_text("[multicast]\nResolveScope = machine\n[log]\nlevel = -2\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LSLAPICFG", str(settings))
        yield
