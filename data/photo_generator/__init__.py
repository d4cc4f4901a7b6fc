"""The parts of ``make_photos.py``: pictures are drawn, then dressed as photographs."""
