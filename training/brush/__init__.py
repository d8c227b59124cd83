"""What `training.fit_brush` is made of.

Modules:
    user.py   plays the user of a correction brush on photos whose mask is known
    layers.py fits the few numbers with which the brush scores pixels
"""
