"""Hopenet Studio: `python main.py --help`."""

from app.start import main

if __name__ == "__main__":
    raise SystemExit(main())
