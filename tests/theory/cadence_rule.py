"""The written rule that says which cadence human numerals make at each fermata: plain code, apart from the product's.

A phrase ends under each fermata of the soprano and with its last note. What arrives there is the harmony (neighbouring
chords of one root) that holds most of that note's time, the later of two equal ones. With that harmony, the one before
it in the same phrase, and the soprano's note (design.md, section 10; Aldwell and Schachter; Caplin 1998):

- the tonic after V or V7: PAC where both stand in root position and the soprano has 1, else IAC; after viio: IAC;
  after V42, in first inversion: EC, where V in root position or a cadential six-four was heard just before;
- the tonic in root position after IV, or after IV with a sixth added (ii65): PC;
- V in root position: HC; a plain triad of V applied to another degree than IV: HC in the key of that degree;
- after V or V7 in root position another chord that holds the tonic note: DC, also where the numeral of that chord
  names another key, in which it is neither tonic nor dominant;
- a plain triad on another degree after its own applied dominant closes in its own key, as if it were the tonic;
- everything else is no cadence.
"""

from typing import NamedTuple


class Ruled(NamedTuple):
    """What the rule says of one phrase end; `kind` and `key` are empty where no cadence is made."""

    onset: int  # of the soprano's last note
    kind: str
    key: str
    why: str  # the figures that were looked at


def ruled(chords, ends):
    """The verdict on every phrase end.

    `chords` are (onset, end, key, numeral) in order, `ends` (start of the phrase, onset and end of the soprano's last
    note, its place on the line of fifths).
    """
    return [_verdict([chord for chord in chords if chord[1] > start and chord[0] < end], *times, end, sung)
            for start, *times, end, sung in ends]  # fmt: skip


def _verdict(chords, onset, end, sung):
    harmonies = []  # (root, time under the last note, chords)
    for chord in chords:
        key, numeral = chord[2], chord[3]
        root = (key.tonic + numeral.root, numeral.is_cadential)
        under = max(min(chord[1], end) - max(chord[0], onset), 0)
        if harmonies and harmonies[-1][0] == root and harmonies[-1][2][-1][2] == key:
            harmonies[-1][1] += under
            harmonies[-1][2].append(chord)
        else:
            harmonies.append([root, under, [chord]])
    if not harmonies:
        return Ruled(onset, "", "", "")
    at = max(range(len(harmonies)), key=lambda number: (harmonies[number][1], number))
    here = [chord for chord in harmonies[at][2] if chord[1] > onset]
    last = next((chord for chord in here if chord[3].inversion == 0), here[0])
    before = harmonies[at - 1][2][-1] if at else None
    why = f"{before[2]}:{before[3].figure}-" * (before is not None) + f"{last[2]}:{last[3].figure}"
    dominants = harmonies[at - 1][2] if at else []
    due = any(chord[3].inversion == 0 for chord in dominants) or (at > 1 and harmonies[at - 2][2][-1][3].is_cadential)
    kind, tonic, minor = _kind(before, last, sung, due)
    key = last[2]._replace(tonic=tonic, minor=minor) if kind else ""
    return Ruled(onset, kind, str(key), why)


def _kind(before, last, sung, due):
    key, numeral = last[2], last[3]
    root = key.tonic + numeral.root
    nothing = "", 0, False
    if numeral.is_cadential:
        return nothing
    if numeral.applied_to:
        goal, minor = root - 1, numeral.applied_to.lstrip("b#").islower()
        plain = numeral.degree == 5 and len(numeral.members) == 3 and numeral.inversion == 0
        opens = plain and goal + 5 in numeral.tones(key) and goal != key.tonic - 1
        return ("HC", goal, minor) if opens else nothing
    leads = key.tonic + 5 in numeral.tones(key)
    if before is not None and numeral.degree != 1 and not leads and len(numeral.members) == 3:
        of = before[3]
        own = root + (1 if of.degree == 5 else 5)
        if of.applied_to and of.degree in (5, 7) and before[2].tonic + of.root == own:
            return _on_tonic(before, last, sung, root), root, numeral.members[1] - numeral.members[0] == -3
    if numeral.degree == 1:
        return _on_tonic(before, last, sung, key.tonic, due=due), key.tonic, key.minor
    if numeral.degree == 5 and leads and numeral.inversion == 0:
        return "HC", key.tonic, key.minor
    if before is not None and before[3].degree == 5 and before[3].inversion == 0 and not before[3].applied_to:
        tonic, minor = before[2].tonic, before[2].minor
        if tonic + 5 in before[3].tones(before[2]) and tonic in numeral.tones(key):
            return "DC", tonic, minor
    return nothing


def _on_tonic(before, last, sung, tonic, *, due=False):
    if before is None or before[3].is_cadential:
        return ""
    root = before[2].tonic + before[3].root
    leads = tonic + 5 in before[3].tones(before[2])
    if root == tonic + 1 and leads:
        if before[3].inversion == 3 and last[3].inversion == 1 and due:
            return "EC"
        both = before[3].inversion == last[3].inversion == 0
        return "PAC" if both and sung == tonic else "IAC"
    if root == tonic + 5 and leads:
        return "IAC"
    sixth = root == tonic + 2 and len(before[3].members) == 4 and before[3].inversion == 1
    plagal = (root == tonic - 1 or sixth) and not before[3].applied_to
    return "PC" if plagal and last[3].inversion == 0 else ""
