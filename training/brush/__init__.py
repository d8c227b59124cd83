"""What `training.fit_brush` is made of.

Modules:
    user.py    plays the user of a correction brush on photos whose mask is known
    cases.py   such photos, at the size the brush works at
    network.py fits the network with which the brush scores pixels
    fitting.py what they are fitted on, and what the brush reaches with them
"""
