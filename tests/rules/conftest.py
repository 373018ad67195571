"""What tests of rules share: a world in which no plugin has been loaded."""

from collections.abc import Iterator

import pytest

import musegen.rules.plugins
from musegen.rules.registry import EXEMPTIONS, PREDICATES


@pytest.fixture
def forget_plugins(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No plugin is known before or after."""
    monkeypatch.setattr(musegen.rules.plugins, "_loaded", {})
    for table in (PREDICATES, EXEMPTIONS):
        for name, item in table.items():
            monkeypatch.setitem(table, name, item)
    known = set(PREDICATES)
    yield
    for name in set(PREDICATES) - known:
        del PREDICATES[name]
