"""Wild kern and ABC: what is out of all proportion is one error soon; the rest is a score that can be written."""

import time

import numpy as np
import pytest

from musegen.engraving.musicxml import write_musicxml
from musegen.errors import MalformedScore
from musegen.score.files import read_bytes
from musegen.score.musicxml import read_musicxml

ABC = "X:1\nM:4/4\nL:1/8\nK:C\n"
TOO_MUCH = {
    "a chord held over a hundred thousand measures": "**kern\n*M1/32\n" + " ".join(["1%300c"] * 50_000) + "\n*-",
    "a million grace notes": "**kern\n4c\n" + "qc\n" * 1_000_000 + "*-",
    "a thousand spines of a thousand notes": "\n".join(
        "\t".join([token] * 1000) for token in ("**kern", *["4c"] * 400, "*-")
    ),
    "a head of nine million titles": "%abc\n" + "T:x\n" * 9_000_000 + "X:1\nK:C\nC|",
}
HELD = {
    "a line before the barline at which it begins": "**kern\t**kern\n2c\t1e\n=\t=\n2d\t2f\n=\t=\n4d\t4g\n*-\t*-",
    "a note of a hundred-thousandth": "**kern\n=1\n4c\n99999d\n=2\n4e\n*-",
    "a transposition of no instrument": "**kern\n*ITrd99c-99\n*k[f#]\n4c\n*-",
    "a chord with a note longer than the measure": ABC + "C4 D2 [F2A9999] | C8 |",
    "nineteenth-lets": ABC + "(19:16:3 C2 D E |[L:1/19] C D8 E3 |",
}


@pytest.mark.parametrize("text", TOO_MUCH.values(), ids=TOO_MUCH)
def test_what_is_too_much_for_any_score_is_one_error_soon(text):
    begun = time.process_time()
    with pytest.raises(MalformedScore):
        read_bytes(text.encode(), "wild")
    assert time.process_time() - begun < 25


def test_fields_that_never_close_take_time_as_they_are_long():
    begun = time.process_time()
    assert len(read_bytes((ABC + "[K:" * 100_000 + "C|").encode(), "wild").notes)
    assert time.process_time() - begun < 10


@pytest.mark.parametrize("text", HELD.values(), ids=HELD)
def test_a_strange_length_is_kept_in_its_measure_and_written_exactly(text):
    score = read_bytes(text.encode(), "wild")
    notes = score.notes
    ends = np.array([measure.onset + measure.length for measure in score.measures])
    assert (notes["duration"] > 0).all()
    assert (notes["onset"] + notes["duration"] <= ends[notes["measure_index"]]).all()
    again = read_musicxml(write_musicxml(score))
    for column in ("onset", "duration"):
        exact = score.notes.sounding()[column] * again.ticks_per_quarter
        assert (again.notes.sounding()[column] * score.ticks_per_quarter).tolist() == exact.tolist()
