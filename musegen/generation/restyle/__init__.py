"""Restyling: a piece in, the same melody in another style out, checked by the rules of that style."""
