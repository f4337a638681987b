"""What the tests of model.pt2 need: a Python with PyTorch, and the golden models compiled by it for this machine.

    python src/test/python/aoti_setup.py FOLDER cpu|cuda [PYTHON]

Without a PYTHON that has the packages, they go into a virtual environment in the user's cache, the one that src/bench
uses.
The last line is the folder of libtorch. Ends with 3 and a sentence where PyTorch cannot be installed or has no compiler to use.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCES / "bench"))

import tools

NOT_INSTALLED = 3
COMPILER = os.environ.get("CXX", "g++")
COMPILE_SECONDS = 1200


def installed() -> str:
    return tools.python_with_packages([tools.EXPORT_REQUIREMENTS], lambda line: print(line, flush=True))


def main() -> int:
    folder, device = Path(sys.argv[1]).absolute(), sys.argv[2]
    if shutil.which(COMPILER) is None:
        print(f"there is no C++ compiler here ({COMPILER}), and AOTInductor needs one", flush=True)
        return NOT_INSTALLED
    try:
        python = sys.argv[3] if len(sys.argv) > 3 else installed()
    except (subprocess.SubprocessError, OSError) as failed:
        print(f"Python's torch does not install here ({type(failed).__name__})", flush=True)
        return NOT_INSTALLED
    compiled = SOURCES / "test/python/compiled_models.py"
    subprocess.run([python, str(compiled), str(folder), device], check=True, timeout=COMPILE_SECONDS)
    print(tools.run(python, "-c", "import torch, pathlib; print(pathlib.Path(torch.__file__).parent / 'lib')"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
