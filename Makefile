# airseal: `make demo` and `make test` do all set-up on a fresh Debian machine.
SHELL := /bin/bash
POST ?= custodian
DEMO ?= $(CURDIR)/demo
UV := $(shell command -v uv || echo .tools/bin/uv)
RUN := $(UV) run --frozen
SYSTEM := softhsm2 bubblewrap fonts-arphic-uming
OPINIONS := poppler-utils openssl libnss3-tools unzip opensc xvfb xterm xfonts-base fonts-dejavu-core \
  cups-daemon cups-client
GUEST := qemu-system-x86 busybox-static e2fsprogs
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

# Installs those of the packages $(1) that are missing.
define install
@missing="$(2)"; for package in $(1); do \
  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q "ok installed" \
    || missing="$$missing $$package"; done; \
if [ -n "$$missing" ]; then echo "installing:$$missing"; \
  $(SUDO) apt-get update -qq && \
  $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null; fi
endef

.PHONY: demo test snapshots check bench soak setup system opinions guest clean

demo: setup ## open the program at POST's station of a demonstration unit
	$(RUN) airseal demo open $(DEMO) --post $(POST)

test: setup opinions ## the whole test suite
	$(RUN) pytest -m "not soak" -n 3 --dist loadfile

snapshots: setup ## write anew what every screen looks like; read the difference before you commit it
	AIRSEAL_SNAPSHOTS=write $(RUN) pytest tests/test_every_screen.py -n 2

check: setup ## format, lint, types, imports between rooms; requirements and settings left out
	$(RUN) ruff format --check airseal transfer tests bench packaging hatch_build.py
	$(RUN) ruff check airseal transfer tests bench packaging hatch_build.py
	$(RUN) mypy
	$(RUN) lint-imports
	$(RUN) python packaging/requirements.py

bench: setup opinions ## speed, as ratios against peers in the same run
	$(RUN) python -m bench

soak: setup opinions guest ## long campaigns: kills, power cuts, every byte flipped, fuzzing
	AIRSEAL_SOAK=1 $(RUN) --group fuzz pytest -m soak

setup: .venv/.stamp

.venv/.stamp: pyproject.toml uv.lock $(wildcard airseal/locale/*/LC_MESSAGES/*.po) | system
	@[ -x "$$(command -v uv)" ] || [ -x .tools/bin/uv ] || { \
	  python3 -m venv .tools && .tools/bin/pip install -q --disable-pip-version-check uv; }
	$(UV) sync --frozen -q --compile-bytecode
	.venv/bin/python -m compileall -q airseal transfer
	@touch $@

system: ## Debian packages that the program needs and that are missing
	$(call install,$(SYSTEM),$(shell python3 -c 'import ensurepip' 2>/dev/null || echo " python3-venv"))

opinions: ## Debian packages that only the tests and the bench ask for a second opinion
	$(call install,$(OPINIONS))

guest: .tools/guest/.stamp ## a machine whose power soak cuts: qemu, and a kernel package unpacked
	$(call install,$(GUEST))

.tools/guest/.stamp:
	@rm -rf $(@D) && mkdir -p $(@D) && $(SUDO) apt-get update -qq && cd $(@D) && \
	  apt-get download -qq $$(apt-cache depends linux-image-amd64 | \
	    sed -n 's/.*Depends: \(linux-image-[^ ]*\)$$/\1/p' | head -1) && \
	  dpkg-deb -x linux-image-*.deb . && rm linux-image-*.deb && touch $(@F)

clean:
	rm -rf .venv .tools demo dist
