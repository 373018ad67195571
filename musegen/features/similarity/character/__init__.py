"""What is alike in character, as the melody network hears it: passages as vectors, ranked by the angle between them."""
