"""What is made is written, read again, judged, mended and ranked before anybody sees it."""
