"""What all tests share: a cache of their own, patient property tests; on request a browser, or no plugins."""

import os
import shutil
import signal

import pytest
from hypothesis import settings

settings.register_profile("patient", deadline=None, derandomize=True)
settings.load_profile("patient")

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # begun in the background of a shell: programs would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory):
    """Nothing is read from, or left in, the cache and the corpora of the person who runs the tests."""
    before = {name: os.environ.get(name) for name in ("MUSEGEN_CACHE", "MUSEGEN_CORPORA")}
    for name in before:
        os.environ[name] = str(tmp_path_factory.mktemp(name.lower()))
    yield
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


@pytest.fixture
def forget_plugins(monkeypatch):
    """No plugin is known before or after."""
    import musegen.rules.plugins
    from musegen.rules.predicates import EXEMPTIONS, PREDICATES

    monkeypatch.setattr(musegen.rules.plugins, "_loaded", {})
    for table in (PREDICATES, EXEMPTIONS):
        for name, item in table.items():
            monkeypatch.setitem(table, name, item)
    known = set(PREDICATES)
    yield
    for name in set(PREDICATES) - known:
        del PREDICATES[name]


@pytest.fixture(scope="session")
def browser():
    """Chromium under playwright. In continuous integration a missing one is a failure, elsewhere a skip."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing; .ci/run installs it")
        pytest.skip("Chromium is missing: install it to run the browser tests")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser):
    """An empty page that cannot reach any network."""
    context = browser.new_context(offline=True)
    yield context.new_page()
    context.close()
