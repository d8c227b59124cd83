"""The edge of people at the photo's own resolution, with NumPy and OpenCV alone.

Modules:
    levels.py       probabilities in 101 levels
    alpha.py        levels -> opacity, soft at edges
    refine.py       the network's map -> the photo's size, along the photo's edges
    tiles.py        a large photo tile by tile, and small maps in its size
    foreground.py   the colours of people and background, so that neither shines through

Imports only `photos`.
"""
