"""What the tests of model.pt2 need: a Python with PyTorch, and the golden models compiled by it for this machine.

    python src/test/python/aoti_setup.py FOLDER cpu|cuda [--python PYTHON] [NAME ...]

Without names it is all models. Without a PYTHON that has the packages, they go into a virtual environment in the user's
cache, the one that src/bench uses.
The last line is the folder of libtorch. Ends with 3 and a sentence where PyTorch cannot be installed or has no compiler to use.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCES / "bench"))

import tools
from real import libtorch

NOT_INSTALLED = 3
COMPILER = os.environ.get("CXX", "g++")
COMPILE_SECONDS = 1200


def installed() -> str:
    return tools.python_with_packages([tools.EXPORT_REQUIREMENTS], lambda line: print(line, flush=True))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("device", choices=("cpu", "cuda"))
    parser.add_argument("names", nargs="*")
    parser.add_argument("--python")
    return parser.parse_intermixed_args()


def main() -> int:
    given = arguments()
    if shutil.which(COMPILER) is None:
        print(f"there is no C++ compiler here ({COMPILER}), and AOTInductor needs one", flush=True)
        return NOT_INSTALLED
    try:
        python = given.python or installed()
    except (subprocess.SubprocessError, OSError) as failed:
        print(f"Python's torch does not install here ({type(failed).__name__})", flush=True)
        return NOT_INSTALLED
    compiled = SOURCES / "test/python/compiled_models.py"
    command = [python, str(compiled), str(given.folder.absolute()), given.device, *given.names]
    subprocess.run(command, check=True, timeout=COMPILE_SECONDS)
    print(libtorch(python)[1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
