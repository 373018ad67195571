"""Numbers that describe a piece, and what is made of them: style, similarity, originality, search."""
