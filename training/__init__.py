"""Training of the humanseg network: data, augmentation, training, evaluation."""
