"""Tables of the DCML annotation standard: their labels and chords, tables read, laid on a score and written."""
