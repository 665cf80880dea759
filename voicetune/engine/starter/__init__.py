"""Makes the starter model that VoiceTune ships: tokenizer, training, evaluation, model card."""
