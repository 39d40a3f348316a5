"""Keeps Lab Streaming Layer on this machine in tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def lsl_on_this_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """liblsl reads its settings once, when it is first used, here and in each process that is started."""
    settings = tmp_path_factory.mktemp("lsl") / "lsl_api.cfg"
    settings.write_text("[multicast]\nResolveScope = machine\n[log]\nlevel = -2\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LSLAPICFG", str(settings))
        yield
