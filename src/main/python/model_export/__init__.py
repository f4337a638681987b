"""Turns models of transformers and sentence-transformers, and plain PyTorch modules, into folders that Ferry serves."""
