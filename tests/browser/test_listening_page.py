"""A listening test in Chromium, without a network: heard, answered, interrupted, handed out, reckoned up."""

import json

import pytest

from musegen import cli

pytestmark = pytest.mark.browser

TUNE = "X:1\nT:Secret {number} <b>\nM:4/4\nL:1/4\nK:{key}\n{music}\n"
MADE = ("CDEF|GFED|EFGA|G2C2|]", "CGEc|GcEG|c2G2|C4|]")
REAL = ("GABc|d2B2|cBAG|G4|]", "c2e2|dcBA|GFED|C4|]")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A test of two made and two real tunes, two pairs, with their sheets."""
    folder = tmp_path_factory.mktemp("listening")
    for name, tunes in (("robot", MADE), ("fiddlers", REAL)):
        (folder / name).mkdir()
        for number, music in enumerate(tunes):
            (folder / name / f"{number}.abc").write_text(TUNE.format(number=number, key="CG"[number], music=music))
    words = ["evaluate", "listening", str(folder / "robot"), "--against", str(folder / "fiddlers"), "--count", "2"]
    assert cli.run([*words, "--pairs", "2", "--sheets", "-o", str(folder / "test")]) == 0
    return folder / "test"


@pytest.fixture
def watched(browser, made):
    """The page, with a list of all that went wrong or wanted to be loaded; oscillators that sound are counted."""
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: faults.append(request.url) if request.url.startswith("http") else None)
    page.add_init_script("""window.tones = [];
      const start = OscillatorNode.prototype.start;
      OscillatorNode.prototype.start = function (when) {
        window.tones.push(this.frequency.value);
        start.call(this, when);
      };""")
    page.goto((made / "listen.html").as_uri())
    yield page, faults
    context.close()


def begin(page, name):
    page.fill("#listener", name)
    page.check('input[name="training"][value="some"]')
    page.click("#begin")


def answer(page, *, real=True):
    """Hear what is there, and answer."""
    for button in page.query_selector_all("button.play"):
        button.click()
    if page.query_selector('input[name="verdict"]'):
        page.check(f'input[name="verdict"][value="{"real" if real else "made"}"]')
        page.check('input[name="rating"][value="4"]')
    else:
        page.check('input[name="chosen"][value="1"]')
    page.click("#next")


def handed_out(page, button):
    with page.expect_download() as got:
        page.click(button)
    return got.value


def test_a_listener_hears_answers_goes_away_comes_back_and_hands_out_a_file(watched, made, tmp_path):
    page, faults = watched
    begin(page, "Ann Ó")
    assert page.is_disabled("#next")
    page.check('input[name="verdict"][value="real"]')
    page.check('input[name="rating"][value="4"]')
    assert page.is_disabled("#next")  # not heard yet
    page.click("button.play")
    assert page.evaluate("window.tones.length") > 4
    assert all(100 < tone < 2000 for tone in page.evaluate("window.tones"))
    page.click("#next")
    answer(page, real=False)
    page.reload()
    assert page.inner_text("h2") == "Piece 3 of 4"
    for _ in range(4):
        answer(page)
    assert page.inner_text("h2") == "Thank you"
    download = handed_out(page, "#export")
    assert download.suggested_filename == "answers-Ann-.json"
    file = tmp_path / "answers.json"
    download.save_as(file)
    told = json.loads(file.read_text())
    assert told["listener"] == "Ann Ó"
    assert [one["verdict"] for one in told["answers"]] == ["real", "made", "real", "real"]
    assert {one["item"] for one in told["answers"]} == set(json.loads((made / "key.json").read_text())["items"])
    assert all(one["chosen"] == one["second"] for one in told["pairs"])
    out = tmp_path / "results.json"
    assert cli.run(["evaluate", "answers", str(file), "--key", str(made / "key.json"), "-o", str(out)]) == 0
    assert json.loads(out.read_text())["correct"]["every"] == 4
    assert faults == []


def test_every_listener_has_another_order_and_the_same_one_again(watched):
    page, _ = watched
    orders = [page.evaluate(f"trials({name!r}).map(trial => trial.items.join())") for name in ("ann", "ben", "ann")]
    assert orders[0] == orders[2] != orders[1]
    assert sorted(orders[0][:4]) == sorted(orders[1][:4])
    firsts = {page.evaluate(f"trials('listener {number}')[5].items.join()") for number in range(20)}
    assert len(firsts) == 4  # two pairs, each either way round


def test_the_page_says_nothing_of_where_a_piece_is_from(watched, made):
    page, _ = watched
    whole = (made / "listen.html").read_text()
    names = {one["piece"] for one in json.loads((made / "key.json").read_text())["items"].values()}
    assert not [name for name in names if name in whole]
    assert not [word for word in ("Secret", "robot", "fiddlers") if word in whole]
    begin(page, "ben")
    assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    assert page.get_attribute("img.sheet", "alt") == "The notes of The piece"


def test_stopping_is_heard_and_another_piece_stops_the_first(watched):
    page, faults = watched
    begin(page, "cyd")
    page.click("button.play")
    assert page.inner_text("button.play") == "Stop"
    page.click("button.play")
    assert page.inner_text("button.play") == "Play"
    assert faults == []


def test_nothing_is_wider_than_a_phone(browser, made):
    page = browser.new_page(viewport={"width": 360, "height": 700})
    page.goto((made / "listen.html").as_uri())
    begin(page, "dan")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()
