"""Sheets: MusicXML, SVG, PNG, PDF and MIDI from scores."""
