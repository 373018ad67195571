"""What a piece is: notes as arrays, measures, parts, and the readers that make them."""
