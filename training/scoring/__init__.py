"""How good weights are.

Modules:
    scores.py       masks against true masks, by source and by size
    alpha.py        soft edges against true mattes
    mattes.py       the mattes, laid before other photos
    verdict.py      whether weights are better than others
    baselines.py    what any method must beat
    measuring.py    which weights and photos, for all commands that measure
"""
