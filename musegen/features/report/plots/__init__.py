"""Plots as SVG without a script or a library: ink is the page's, colours are classes, every mark says what it is."""
