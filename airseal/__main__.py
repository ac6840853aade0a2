"""``python -m airseal`` and the console script: hand over to the command line."""

import sys


def main() -> None:
    """Run airseal; the exit status is the command line's."""
    from airseal import collecting
    from airseal.cli.main import run

    collecting.seldom()
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
