# The commands that contributors type most. Each line also works without make.
.PHONY: setup run check fast test web docs figures

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

docs:  # builds the documentation site in build/site; warnings are errors, such as a link that leads nowhere
	python -m sphinx -W --keep-going -c docs . build/site

# Folders of the data, of which each may be left out: AFLW2000 has its development pictures, HEADS has images/, labels2.csv
# and points21.npz, LIST names those of HEADS that no snapshot was trained on, TURNED has renderings and labels.csv.
AFLW2000 =
HEADS =
LIST =
TURNED =
heads_options = --heads $(HEADS)/images --table $(HEADS)/labels2.csv --points $(HEADS)/points21.npz
figures:  # measures the bundled snapshots again, and writes every figure of README, cards and docs
	python -m benchmarks.evaluations --speed $(if $(AFLW2000),--development $(AFLW2000)) \
		$(if $(HEADS),$(heads_options)) $(if $(LIST),--list $(LIST)) $(if $(TURNED),--turned $(TURNED))
	python -m benchmarks.figures

# SOURCE_DATE_EPOCH makes the times in the packages those of the commit. The second build is of another clone.
dist:  # builds the source distribution and the wheel of what is committed twice, and compares them
	rm -rf build/release && mkdir -p build/release
	git clone --quiet . build/release/first && git clone --quiet . build/release/second
	cd build/release/first && SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) python -m hatchling build -d ../../../dist
	cd build/release/second && SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) python -m hatchling build -d ../again
	cd build/release/again && sha256sum * > ../SHA256SUMS && cd ../../../dist && sha256sum --check ../build/release/SHA256SUMS
	cp build/release/SHA256SUMS dist/

audit:  # asks the databases of known faults about everything that is installed
	python -m pip_audit --skip-editable
