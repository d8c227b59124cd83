"""What comes in: photos from files, folders and arrays, as upright RGB.

Modules:
    images.py   one picture, from wherever it is -> uint8 RGB (H, W, 3)
    batch.py    many: which ones, what their results are called, several at once
    strips.py   a large one a few rows at a time

Imports only errors; NumPy, OpenCV and Pillow do the work.
"""
