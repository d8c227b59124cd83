"""The network at work: from verified weights to probabilities.

Modules:
    engine.py       weights -> something that runs: `load_engine`
    compiled.py     the compiled network of these weights, found or made
    compiling.py    how it is made; needs TensorFlow
    litert.py       runs it
    tensorflow_engine.py    runs the Keras network, where LiteRT is missing
    detail.py       how often and how closely it looks at a photo
    looks.py        a look, and the mean of several
    hysteresis.py   what it is nowhere sure of
    windows.py, enlarged.py, slender.py     at long photos, and at small and slender people
    letterbox.py    a photo of any size -> the network's input, and its output back
    threads.py, memory.py   how many cores, and when memory is given back
    process.py      both, for a process that does nothing else

Imports errors, `whole`, `photos` and `checkpoints`.
"""
