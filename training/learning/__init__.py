"""What a training step is made of.

Modules:
    options.py              the command line of `training.train`
    start.py                the network before its first step
    losses.py               what is minimised
    schedule.py             the learning rate, by steps or by the clock
    fused_batch_norm.py     normalization in one operation, on TensorFlow
    state.py                what a resume goes on from
    validation.py           scores after each epoch, on the averaged weights
"""
