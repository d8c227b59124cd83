"""What goes out: pictures made of a photo and its mask, with NumPy and OpenCV alone.

Modules:
    overlay.py      people tinted or outlined
    cutout.py       people alone, with a soft edge
    backgrounds.py  people before a colour, another picture, or the photo blurred
    colors.py       colours as people write them
    encoding.py     pictures as files

Imports errors, `edges` and `photos`.
"""
