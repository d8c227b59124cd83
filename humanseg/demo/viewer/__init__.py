"""The viewer: a photo and everything that is made of it, drawn in the visitor's browser.

It is sent a photo once: its pixels, the map of 101 levels and the colours of people and
background. Threshold, view, overlay and background then change what is drawn, and nothing is
sent. Its scripts mirror `humanseg.edges`, `humanseg.pictures` and `humanseg.masks`.

Modules:
    component.py    the component of Gradio, and its script for the page's head
    picturing.py    the pictures that a browser is sent
    settings.py     what it says is chosen, as options
    viewer.html, viewer.css, brush.html, brush.css
    drawing.js      what is drawn of a photo, as it is chosen
    viewer.js       the photo, and what the server makes for it
    stage.js        zoom, pan, and the divider
    brush.js, history.js    what is painted to correct the mask, and taken back
    painter.js, outline.js, levels.js, alpha.js, pictures.js, words.js
    worker.js, pixelmap.js, cleanup.js, blur.js    what takes longer than a frame
"""

from humanseg.demo.viewer.component import SCRIPT, tell, viewer
from humanseg.demo.viewer.picturing import (
    VIEW_SIDE,
    about_map,
    colors_file,
    draw_behind,
    levels_file,
    picture_files,
    view_of,
)
from humanseg.demo.viewer.settings import Settings, read_settings

__all__ = [
    "SCRIPT",
    "VIEW_SIDE",
    "Settings",
    "about_map",
    "colors_file",
    "draw_behind",
    "levels_file",
    "picture_files",
    "read_settings",
    "tell",
    "view_of",
    "viewer",
]
