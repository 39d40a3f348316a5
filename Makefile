# The commands that contributors type most. Each line also works without make.
.PHONY: setup run check fast test web

setup:  # installs the program and the tools into the active environment, and the checks before each commit
	python -m pip install -e '.[dev]' && pre-commit install

run:  # opens the window
	python main.py

check:  # style, types and layers
	ruff check . && ruff format --check . && mypy && lint-imports

fast:  # the tests that take less than about two seconds each
	python -m pytest -m "not slow"

test:  # all tests
	python -m pytest

web:  # puts the networks and ONNX Runtime Web beside the page of docs/web
	python docs/web/prepare.py
