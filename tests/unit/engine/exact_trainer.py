"""The trainer with float32 throughout, so that its losses can be compared to many digits."""

import torch

from voicetune.engine import base_model, trainer

base_model.training_precision = lambda: base_model.Precision(torch.float32, autocast=False)

if __name__ == "__main__":
    trainer.main()
