"""The page of a listening test: all its notes and its program in one file, nothing from elsewhere, nothing sent."""

from __future__ import annotations

import json
from pathlib import Path

from musegen.engraving.html import READING_STYLE, document
from musegen.evaluation.listening.making import ListeningTest
from musegen.features.report.parts import harmless, text

_STYLE = """
main { max-width: 44rem; margin: 0 auto; }
fieldset { border: 1px solid var(--line); border-radius: 4px; margin: 1rem 0; }
fieldset label { display: block; padding: .2rem 0; }
button { font: inherit; padding: .4rem 1.2rem; min-width: 6rem; cursor: pointer; }
button:disabled { cursor: default; }
h2 { font-weight: normal; font-size: 1.3rem; } h2:focus { outline: none; }
progress { width: 100%; }
img.sheet { max-width: 100%; background: #ffffff; padding: .4rem; }
.soft { color: var(--soft); margin-top: 2rem; }
"""
_ALONE = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
"""What the browser is told: nothing may be loaded from, or sent to, anywhere."""


def listening_page(test: ListeningTest) -> str:
    """The page as HTML; where each item is from is not in it."""
    told = json.dumps(test.public(), ensure_ascii=False).replace("<", "\\u003c")
    program = Path(__file__).with_name("player.js").read_text(encoding="utf-8")
    body = (
        f'<main>\n<h1>{text(test.title)}</h1>\n<div id="place" aria-live="polite"></div>\n'
        "<noscript><p>This page plays music by a script, which is switched off.</p></noscript>\n</main>\n"
        f'<script type="application/json" id="test">{harmless(told)}</script>\n<script>\n{program}</script>'
    )
    page = document(test.title, READING_STYLE + _STYLE, body)
    return page.replace("<head>", f'<head>\n<meta http-equiv="Content-Security-Policy" content="{_ALONE}">', 1)
