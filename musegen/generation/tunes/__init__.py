"""Melodies made by the network: a plan of bars and phrases, notes drawn under laws, the best of several."""
