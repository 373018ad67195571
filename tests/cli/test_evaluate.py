"""`musegen evaluate`: folders judged beside folders, listening tests made, answers reckoned up, what can go wrong."""

import json

import numpy as np
import pytest

from musegen import cli
from musegen.evaluation import generators
from musegen.evaluation.generators import MelodyGenerator
from musegen.evaluation.judgement import HeldOut
from musegen.evaluation.melodies.asked import Asked
from musegen.score.textgrid import parse_grid

STEPS = "C D E F G A B c d e".split()


def tune(number: int, rng: np.random.Generator, *, steps: bool) -> str:
    """Eight measures of a walk, or of leaps, in two halves that begin alike."""
    place, measures = 4, []
    for _ in range(4):
        walk = []
        for _ in range(4):
            place = int(np.clip(place + rng.integers(-1, 2), 0, 9)) if steps else int(rng.integers(0, 10))
            walk.append(STEPS[place])
        measures.append("".join(walk))
    music = "|".join([*measures[:3], "G2C2", *measures[:3], "C4"])
    return f"X:{number}\nT:Tune {number}\nM:4/4\nL:1/4\nK:C\n{music}|]\n"


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Sixty walks, forty more, and forty tunes of leaps."""
    rng, root = np.random.default_rng(6), tmp_path_factory.mktemp("tunes")
    for name, count, steps in (("corpus", 60, True), ("walks", 40, True), ("leaps", 40, False)):
        (root / name).mkdir()
        for number in range(count):
            (root / name / f"{number:02}.abc").write_text(tune(number, rng, steps=steps))
    return root


@pytest.fixture(scope="module")
def judged(folders):
    """Both folders judged beside the corpus, in a folder of reports."""
    names = [str(folders / name) for name in ("walks", "leaps")]
    words = ["--against", str(folders / "corpus"), "-o", str(folders / "reports")]
    assert cli.run(["--quiet", "evaluate", *names, *words]) == 0
    return {name: json.loads((folders / "reports" / f"{name}.json").read_text()) for name in ("walks", "leaps")}


def test_leaps_are_told_from_walks_by_every_measure_that_should(judged):
    walks, leaps = (judged[name]["melodies"] for name in ("walks", "leaps"))
    assert leaps["adversary"]["made"]["value"] > 0.95 > walks["adversary"]["made"]["value"]
    intervals = [{one["name"]: one for one in told["distances"]["each"]}["intervals"] for told in (walks, leaps)]
    assert intervals[0]["ratio"] < intervals[1]["ratio"]
    assert intervals[0]["overlap"] > intervals[1]["overlap"]
    assert leaps["tunes"] == {"made": 40, "held_out": 12, "corpus": 48}
    missed = {aim["what"] for aim in judged["leaps"]["aims"] if not aim["reached"]}
    assert "a judge tells made from real: AUC" in missed


def test_the_page_stands_alone_and_shows_what_was_measured(judged, folders):
    page = (folders / "reports" / "leaps.html").read_text()
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    assert page.count("data:image/svg+xml") == 6
    assert f"{judged['leaps']['melodies']['adversary']['made']['value']:.2f}" in page
    for word in (
        "Figures to reach",
        "Distance to the corpus",
        "Adversary",
        "Originality",
        "Rules",
        "Examples",
        "Method",
    ):
        assert f"<h2>{word}</h2>" in page


def test_text_goes_to_standard_output_and_a_broken_score_is_told_and_left_out(folders, tmp_path, capsys):
    for name in ("00", "01", "02", "03", "04"):
        (tmp_path / f"{name}.abc").write_text((folders / "walks" / f"{name}.abc").read_text())
    (tmp_path / "bad.mid").write_bytes(b"MThd nonsense")
    (tmp_path / "short.abc").write_text("X:1\nM:4/4\nL:1/4\nK:C\nCD|]\n")
    assert cli.run(["evaluate", "generator", str(tmp_path), "--against", str(folders / "corpus")]) == 3
    told, complaints = capsys.readouterr()
    assert "Distance to the corpus (5 made" in told
    assert "Not judged: 2" in told
    assert "bad.mid" in complaints
    assert "too few for a melody" in complaints


def test_a_generator_of_melodies_is_an_entry_of_the_table(folders, monkeypatch, capsys):
    """What another generator must say of itself, and that its own figures are told beside what is measured."""
    grid = "key: C major; meter: 4/4\nS: c5 d5 e5 f5 | g5 f5 e5 d5 | {} d5 e5 d5 | c5 . . ."
    asked = Asked("C major", "4/4", 4, 60, 79)

    def make(count, rng):
        names = [f"{step}5" for step in "cdefg"]
        return [generators.Made(parse_grid(grid.format(names[rng.integers(5)])), asked) for _ in range(count)]

    held = (HeldOut("network", 2.0, "bits a note"), HeldOut("order-5 n-gram", 2.5, "bits a note", baseline=True))
    robot = MelodyGenerator("robot", (str(folders / "corpus"),), make, lambda: held)
    monkeypatch.setitem(generators.GENERATORS, "robot", generators.Entry("tunes", robot.judge))
    assert cli.run(["--quiet", "evaluate", "robot", "--count", "8", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {one["aspect"]: one["made"] for one in told["melodies"]["kept"]}["everything"] == [8, 8]
    aims = {aim["what"]: aim["reached"] for aim in told["aims"]}
    assert aims["held-out bits a note"]
    assert aims["everything that was asked for is kept"]


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (["nobody"], 2, "there is no generator or folder `nobody`"),
        (["{walks}"], 2, "--against"),
        (["{walks}", "--against", "nowhere"], 3, "no such corpus"),
        (["{empty}", "--against", "{corpus}"], 3, "no scores in this folder"),
        (["{walks}", "{leaps}", "--against", "{corpus}"], 2, "write -o FOLDER"),
        (["harmoniser", "--against", "{corpus}"], 2, "its own corpus"),
        (["{walks}", "--against", "{corpus}", "--count", "3"], 2, "--count"),
        (["{walks}", "--against", "{corpus}", "-o", "{walks}/00.abc"], 2, "is a file that is read"),
        (["listening", "{empty}", "--against", "{corpus}", "-o", "{out}"], 3, "no scores in this folder"),
        (["listening", "{walks}", "{walks}", "--against", "{corpus}", "-o", "{out}"], 2, "two sources"),
        (["listening", "{walks}", "-o", "{out}"], 2, "--against"),
        (["answers", "{walks}/00.abc"], 2, "there is no"),
        (["answers", "{walks}/00.abc", "--key", "{walks}/01.abc"], 3, "no listening key"),
        (["answers", "nowhere.json", "--key", "nowhere.json"], 3, "nowhere.json"),
    ],
)
def test_wrong_words_are_one_message(folders, tmp_path, capsys, words, code, reason):
    (tmp_path / "empty").mkdir()
    places = {name: str(folders / name) for name in ("walks", "leaps", "corpus")}
    places |= {"empty": str(tmp_path / "empty"), "out": str(tmp_path / "out")}
    assert cli.run(["--quiet", "evaluate", *(word.format(**places) for word in words)]) == code
    complaints = capsys.readouterr().err
    assert reason in complaints
    assert "Traceback" not in complaints
    assert not (tmp_path / "out").exists()


def test_a_listening_test_and_its_answers(folders, tmp_path, capsys):
    words = [str(folders / "walks"), str(folders / "leaps"), "--against", str(folders / "corpus")]
    out = tmp_path / "test"
    assert cli.run(["evaluate", "listening", *words, "--count", "3", "--pairs", "4", "-o", str(out)]) == 0
    key = json.loads((out / "key.json").read_text())
    sources = {name: one["source"] for name, one in key["items"].items()}
    assert sorted(sources.values()) == ["leaps"] * 3 + ["real"] * 3 + ["walks"] * 3
    told = {"kind": "musegen listening answers", "version": 1, "test": key["test"], "training": "some"}
    order = ["leaps", "walks", "real"]
    for listener in ("ann", "ben"):
        answers = [{"item": name, "verdict": "made" if one == "leaps" else "real", "rating": 1 + order.index(one)}
                   for name, one in sources.items()]  # fmt: skip
        pairs = [{"first": a, "second": b, "chosen": max((a, b), key=lambda name: order.index(sources[name]))}
                 for a, b in key["pairs"]]  # fmt: skip
        whole = told | {"listener": listener, "answers": answers, "pairs": pairs}
        (out / f"{listener}.json").write_text(json.dumps(whole))
    capsys.readouterr()
    files = [str(out / f"{name}.json") for name in ("ann", "ben")]
    assert cli.run(["evaluate", "answers", *files, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["source"] for one in found["strengths"]] == ["real", "walks", "leaps"]
    assert {one["name"]: one["share"] for one in found["taken_for_real"]} == {"real": 1, "leaps": 0, "walks": 1}
    assert found["agreement"] == {"verdicts": 1, "ratings": 1}
    assert cli.run(["evaluate", "answers", *files, "-o", str(out / "results.html")]) == 0
    assert "Preferred in pairs" in (out / "results.html").read_text()
