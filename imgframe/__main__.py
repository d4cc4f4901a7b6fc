"""Run the command line as ``python -m imgframe``."""

from imgframe.cli import main

if __name__ == "__main__":
    main(prog_name="imgframe")
