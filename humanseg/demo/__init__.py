"""The Gradio demo and its API; only this package imports Gradio.

Modules:
    page.py     the page: tabs, foot, and how it is served
    single.py, gallery.py, tuning.py    the tabs
    batch_panel.py, batch_words.py  of the gallery, a visitor's own photos
    photo_view.py, slides.py    a photo in a viewer, and one of several
    components.py, examples.py, option_inputs.py    what tabs share
    viewer/     what is made of a photo, drawn in the browser
    photo.py    a visitor's photo, segmented once, and its pictures
    edits.py, edited.py     what a visitor corrects, and the photo with it
    tuned.py    a photo with curves and a true mask
    options.py  how pictures are made without running the network again
    batch.py    many files -> ZIP
    curves.py   area and scores against the threshold
    charts.py   colours of heat and error map, curves as SVG
    files.py    what visitors are handed
    uploads.py  what may be opened for them
    web.py      what is fetched from elsewhere, and what never is
    arguments.py, refusals.py   what programs give and ask, or a sentence that refuses it
    own_folder.py, retention.py     where that lies, and when it is deleted
    turns.py    whose photo is worked on next
    api.py, endpoints.py, schema.py     the endpoints, their answers and JSON
    tool_answers.py     the same over MCP
    about.py, sent_page.py, theme.py, style.css, page.js
"""

import os

from humanseg.demo.own_folder import own_folder

if not os.environ.get("GRADIO_TEMP_DIR"):
    # Before Gradio is imported, which reads it: a folder of our own, as what is old in it is
    # deleted, and that of Gradio is shared by all its programs.
    os.environ["GRADIO_TEMP_DIR"] = str(own_folder())

from humanseg.demo.page import LAUNCH, build_demo

__all__ = ["LAUNCH", "build_demo"]
