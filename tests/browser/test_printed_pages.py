"""The pages of a folder of exercises as Chromium shows and prints them, without a network."""

import re

import pytest

from musegen import cli

pytestmark = pytest.mark.browser

SIZES = {"a4": (595, 842), "letter": (612, 792)}


@pytest.fixture(scope="module", params=SIZES)
def folder(request, tmp_path_factory):
    """Two short sheets, or a long one that needs more than a page, by paper."""
    out = tmp_path_factory.mktemp(request.param)
    length = ["--measures", "32"] if request.param == "letter" else ["--count", "2"]
    arguments = ["exercise", "harmonise-melody", "--level", "3", "--key", "D minor", "--paper", request.param, *length]
    assert cli.run([*arguments, "--seed", "7", "-o", str(out)]) == 0
    return request.param, out


@pytest.fixture
def watched(page):
    """A page, with a list of all that went wrong on it."""
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("requestfailed", lambda request: faults.append(request.url))
    return page, faults


def test_the_index_shows_every_sheet_and_all_its_links_lead_to_files(folder, watched):
    (_, out), (page, faults) = folder, watched
    page.goto((out / "index.html").as_uri())
    assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    targets = page.evaluate("[...document.links].map(link => link.getAttribute('href'))")
    assert {"students.html", "answers.html", "students.pdf", "answers.pdf"} <= set(targets)
    assert [target for target in targets if not (out / target).is_file()] == []
    assert len(page.query_selector_all("li")) == len(list(out.glob("*-student.svg")))
    assert faults == []


@pytest.mark.parametrize("name", ["students", "answers"])
def test_every_sheet_prints_on_its_own_paper_and_none_is_cut_or_followed_by_an_empty_one(folder, watched, name):
    (paper, out), (page, faults) = folder, watched
    page.goto((out / f"{name}.html").as_uri())
    figures = len(page.query_selector_all("figure"))
    printed = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {SIZES[paper]}
    assert len(re.findall(rb"/Type /Page\b", printed)) == figures
    assert faults == []


@pytest.mark.parametrize("name", ["students", "answers"])
def test_the_pdf_has_as_many_pages_as_the_web_page_has_sheets(folder, page, name):
    _, out = folder
    page.goto((out / f"{name}.html").as_uri())
    figures = len(page.query_selector_all("figure"))
    assert len(re.findall(rb"/Type\s*/Page\b", (out / f"{name}.pdf").read_bytes())) == figures
