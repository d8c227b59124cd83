"""Corrects a mask with a few strokes of a brush, which are hints and not paint.

Modules:
    strokes.py     what was painted, stroke by stroke
    view.py        the photo, small, with what all strokes need of it
    state.py       what strokes made of it so far
    arrays.py      small things that are done to maps
    geodesic.py    how far it is from a stroke along the photo's edges
    likelihood.py  how much more often a colour is here than there
    features.py    what is known of each pixel around a stroke
    ways.py        how far it is from the stroke, by what lies between
    look.py        all of that, of one stroke
    scores.py      how sure it is that a pixel belongs to a stroke: the fitted network
    brush.py       what strokes make of the small copy
    correct.py     the probabilities of the whole photo, corrected

The numbers in `brush.npz` are fitted by `training.fit_brush`.
"""
