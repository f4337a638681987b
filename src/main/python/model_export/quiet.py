"""Turns off the progress bars and the advice of the libraries, which would hide what these scripts say."""

import logging
import os
import warnings


def quieten() -> None:
    """Must come before the libraries are imported: they read these settings then."""
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    try:
        from transformers.utils.logging import disable_progress_bar
    except ImportError:
        return
    disable_progress_bar()
