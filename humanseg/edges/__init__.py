"""The edge of people at the photo's own resolution, with NumPy and OpenCV alone.

Modules:
    refine.py       the network's map -> the photo's size, along the photo's edges
    foreground.py   the colours of people without the background shining through

Imports only `photos`.
"""
