"""What a training run is made of.

Modules, down the stair from the command line to a step:
    options.py              the command line of `training.train`
    run.py                  a whole run
    samples.py              what it learns from
    start.py                the network before its first step
    trainee.py              the network as it is trained: dtype and faster layers
    kept_statistics.py      normalization by statistics that stay
    fused_batch_norm.py     normalization in one operation, on TensorFlow
    strided_depthwise.py    convolutions that stride, on JAX
    loop.py                 step after step, and what is kept
    losses.py, lovasz.py    what is minimised
    schedule.py             the learning rate, by steps or by the clock
    averages.py             the averaged weights and their statistics
    validation.py           scores after each epoch
    state.py                what a resume goes on from

All run on any backend of Keras, but for what says so.
"""
