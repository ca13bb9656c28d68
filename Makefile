# The front door. Each target is a script that says more about itself: tools/*, lab/*, tests/*/run.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help demo test bench build unit matrices wire mutants conformance fuzz release image package reproducible chart scan generate check-generated lint format lab lab-down clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

demo: ## a real cluster on this machine: install, back up, restore, compare
	@tools/packages build lab
	@tools/timed release tools/release
	@tools/timed lab lab/build node csi pause helm
	@tools/timed up lab/up
	@tools/timed demo tests/e2e/demo

test: ## all tests, the real cluster included
	@tools/test

bench: ## measure what docs/performance.md tells
	@tools/packages build unit lab
	@tools/timed release tools/release
	@tools/timed bench tests/bench/run

build: ## debug build in build/dev
	@tools/packages build unit
	@tools/timed build tools/compile dev

unit: ## unit tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@tools/packages build unit
	@tools/timed unit tools/unit asan-ubsan

release: ## the static binary that the image ships
	@tools/packages build
	@tools/timed release tools/release

image: ## the container image, loaded into the local cluster if that runs
	@tools/packages build lab
	@tools/image

package: ## a .deb, an archive with a krew manifest, and an SBOM, in build/package
	@tools/packages build
	@tools/timed package tools/package

reproducible: ## two builds without ccache, in two folders: are they the same, byte by byte
	@tools/packages build lab
	@tools/timed reproducible tools/reproducible

chart: ## check the Helm chart
	@tools/packages lab
	@tools/timed chart tests/chart/run

scan: ## what kube-score says of the chart
	@tools/packages lab
	@tools/scan

matrices: ## every fault at every point of every scenario, and 10,000 random mixes, in a cluster in memory
	@tools/packages build unit
	@tools/timed matrices tools/simulator matrices

wire: ## what the network can do to an answer, at every byte, over real sockets
	@tools/packages build unit
	@tools/timed wire tests/wire/run

mutants: ## bugs built in on purpose, each of which those must notice
	@tools/packages build unit
	@tools/timed mutants tools/simulator mutants

fuzz: ## what parses bytes, under libFuzzer: the corpora, and a few seconds each
	@tools/packages build unit
	@tools/timed fuzz tests/fuzz/run

conformance: ## the simulated API server and the real one, compared
	@tools/packages build unit lab
	@tools/timed conformance tests/conformance/run

generate: ## write the files that the code implies: CRDs, references, the chart's table of values
	@tools/packages build unit lab
	@tools/generate

check-generated: ## whether those files are up to date
	@tools/packages build unit lab
	@tools/generate --check

lint: ## form, architecture, clang-tidy
	@tools/packages build unit lint
	@tools/timed format tools/format
	@tools/timed architecture tools/architecture
	@tools/timed build tools/compile asan-ubsan
	@tools/timed tidy tools/tidy

format: ## bring C++ and Go files into form
	@tools/packages lint
	@tools/format --fix

lab: ## start the local cluster
	@tools/packages lab
	@lab/up

lab-down: ## stop the local cluster
	@lab/down

clean: ## remove what was built
	rm -rf build
