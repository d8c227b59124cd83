"""The network itself: a U-Net with a MobileNetV3 encoder.

Modules:
    architecture.py     the few numbers from which it is rebuilt; no Keras
    blocks.py           its parts
    growth.py           weights of a smaller layer in a larger one
    model.py            the whole, and its start from ImageNet weights

Imports only errors; all but `architecture` need Keras.
"""
