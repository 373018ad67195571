"""The report of a corpus as Chromium shows and prints it, without a network, in light and dark, on a phone."""

import re

import pytest

from musegen import cli

pytestmark = pytest.mark.browser

TUNE = "X:1\nT:Tune {number}\nC:{composer}\nM:4/4\nL:1/4\nK:{key}\n{music}\n"
MUSIC = ("CDEF|GFED|EFGA|G2C2|]", "CGEc|GcEG|c2G2|C4|]")
TONE = """name => {
  const found = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const [r, g, b] = [1, 3, 5].map(i => parseInt(found.slice(i, i + 2), 16) / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
  return .2126 * r + .7152 * g + .0722 * b;
}"""
"""The relative luminance of a colour, as WCAG 2 has it."""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The report of twelve tunes."""
    folder, out = tmp_path_factory.mktemp("tunes"), tmp_path_factory.mktemp("out") / "report.html"
    for number, key in enumerate(["C", "G", "D", "F", "Bb", "A"] * 2):
        words = TUNE.format(number=number, composer="AB"[number % 2], key=key, music=MUSIC[number % 2])
        (folder / f"tune{number}.abc").write_text(words)
    assert cli.run(["corpus", "report", str(folder), "-o", str(out), "--jobs", "1"]) == 0
    return out.as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_of_ink_and_of_plots_stands_out_from_the_paper(report, browser, scheme):
    page = browser.new_page(color_scheme=scheme)
    faults = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: faults.append(request.url) if request.url.startswith("http") else None)
    page.goto(report)
    tones = {
        name: page.evaluate(TONE, name)
        for name in ("--paper", "--ink", "--soft", "--mark", *map("--c{}".format, range(7)))
    }
    paper = tones.pop("--paper")
    contrast = {name: (max(tone, paper) + 0.05) / (min(tone, paper) + 0.05) for name, tone in tones.items()}
    assert min(contrast[name] for name in ("--ink", "--soft", "--mark")) >= 4.5
    assert min(contrast.values()) >= 3  # of graphical objects
    assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    assert faults == []
    page.close()


def test_every_number_opens_on_a_phone_too_and_nothing_is_wider_than_the_screen(report, browser):
    page = browser.new_page(viewport={"width": 360, "height": 700})
    page.goto(report)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("[...document.querySelectorAll('details')].every(one => one.children.length > 1)")
    page.close()


def test_no_words_of_a_plot_reach_beyond_its_edge(report, browser):
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.goto(report)
    outside = page.evaluate("""[...document.querySelectorAll('svg.plot text')].filter(word => {
      const at = word.getBoundingClientRect(), edge = word.ownerSVGElement.getBoundingClientRect();
      return at.left < edge.left - 1 || at.right > edge.right + 1 || at.top < edge.top - 1
        || at.bottom > edge.bottom + 1;
    }).map(word => word.textContent)""")
    assert outside == []
    page.close()


def test_it_prints_on_several_sheets_of_paper_without_what_cannot_be_pressed(report, browser):
    page = browser.new_page(color_scheme="dark")
    page.goto(report)
    printed = page.pdf(prefer_css_page_size=True)
    assert 3 <= len(re.findall(rb"/Type /Page\b", printed)) <= 20
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.close()
