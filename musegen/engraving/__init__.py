"""Sheets: MusicXML, SVG, PNG, PDF, MIDI and printable web pages of a score. Each function lives in its own module.

.. code-block:: python

    from musegen.engraving.marks import Sheet
    from musegen.engraving.musicxml import write_musicxml
    from musegen.engraving.render import render
    from musegen.engraving.sheet_svg import pages, svg

    sheet = Sheet(title="Chorale 1", arrangement="keyboard", measures_per_system=4)
    write_musicxml(score, sheet=sheet)      # bytes; without a sheet: everything in the score, as it is
    svg(score, sheet=sheet)                 # one SVG, its height fitted
    pages(score, sheet=sheet)               # the same systems dealt to pages of paper
    render(score, ".pdf", sheet=sheet)      # bytes of any kind of file

Besides: `png.png`, `pdf.pdf`, `midi.midi`, `annotate.annotate` (writes onto the document that a score was read from),
`html.html_pages` and `html.index_page`, `output.write_atomically`.

A student sheet is the same score with parts hidden: `Sheet(hidden_parts=frozenset({1, 2, 3}), harmonies=False,
figures=False, numeral_line=True, asterisks=onsets)`. Nothing that is hidden is in the file.
"""
