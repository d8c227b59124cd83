"""What comes in: photos from files, folders and arrays, as upright RGB.

Modules:
    images.py   one picture, from wherever it is -> uint8 RGB (H, W, 3), and its opacity
    formats.py  which files are pictures
    metadata.py, jpeg.py    pictures whose metadata are damaged, without them
    decoding.py a file whatever is wrong with it, as far as its pixels go
    pixels.py, profiles.py  any mode and colour space -> upright 8-bit sRGB
    folders.py  the photos in a folder, and those that are left out
    batch.py    many photos: what their results are called, several at once
    strips.py   a large one a few rows at a time
    shrink.py   a small copy of it

Imports only errors; NumPy, OpenCV and Pillow do the work.
"""
