# Everything here is built from Go modules, and nothing else is downloaded.
# Progress goes to standard error: standard output is only the result, so that it can be piped.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# The inputs of render.
CLAIM ?= examples/minimal.yaml
OBSERVED ?=
REQUIRED ?=
AT ?= first
export CLAIM OBSERVED REQUIRED AT

OUT := _output
BIN := $(OUT)/bin

# A tool's version is in its go.mod and nowhere else. The program's file name contains
# it too, so that another version builds the tool again.
version = $(shell awk '$$1 == "$(2)" || $$2 == "$(2)" \
	{for (i = 1; i <= NF; i++) if ($$i ~ /^v[0-9]/) {print $$i; exit}}' tools/$(1)/go.mod)
CLI_VERSION := $(call version,crossplane-cli,github.com/crossplane/cli/v2)
CORE_VERSION := $(call version,crossplane-core,github.com/crossplane/crossplane/v2)
STATICCHECK_VERSION := $(call version,lint,honnef.co/go/tools)

FUNCTION := $(BIN)/function
RENDER := $(BIN)/render
CLI := $(BIN)/crossplane-cli-$(CLI_VERSION)
CORE := $(BIN)/crossplane-core-$(CORE_VERSION)
XRD_GEN := $(BIN)/xrd-gen
STATICCHECK := $(BIN)/staticcheck-$(STATICCHECK_VERSION)

# The plugin of kubectl. Its module is below function, because it uses the function's internal packages.
PLUGIN := function/cmd/kubectl-kasha

# Modules of our own, beside the root.
TOOLS := tools/xrd-gen tools/packager tools/graph tools/doccheck tools/iam-data tools/mutants tools/provider-data \
	tools/prices examples/app test/app $(PLUGIN)

# Directories are listed too, because they change when a file is deleted.
SOURCES := go.mod go.sum $(shell find apis function -name testdata -prune -o -path $(PLUGIN) -prune -o \
	! -name '*_test.go' -print 2>/dev/null)

# All checks except those on how a doc comment begins: "A Stack is..." is as readable.
checks = -checks all,-ST1003,-ST1020,-ST1021,-ST1022

say = echo "$(1)" >&2

# Built beside its name and then moved, so that two makes at once never see half
# a program. $(1) is where the module is, $(2) the package, $(3) more flags.
define build
	mkdir -p $(BIN)
	go build -C $(1) -buildvcs=false $(3) -o $(abspath $@).$$$$ $(2) && mv -f $@.$$$$ $@
endef

crossplane_version = -ldflags "-s -w -X=github.com/crossplane/crossplane-runtime/v2/pkg/version.version=$(1)"

CLI_PACKAGE := github.com/crossplane/cli/v2/cmd/crossplane
CORE_PACKAGE := github.com/crossplane/crossplane/v2/cmd/crossplane

render_flags = --function $(FUNCTION) --crossplane $(CLI) --core $(CORE) \
	--xrd apis/definition.yaml --composition compositions/kasha.yaml

.PHONY: help
help: ## print this help
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: $(FUNCTION) ## build the function for this machine, into _output/bin

.PHONY: render
render: $(FUNCTION) $(RENDER) $(CLI) $(CORE)
render: ## print a claim and what it composes [CLAIM=file] [OBSERVED=file-or-dir] [REQUIRED=file] [AT=first|rest]
	@$(RENDER) $(render_flags) --claim "$$CLAIM" --observed "$$OBSERVED" --required "$$REQUIRED" --at "$$AT"

examples = $(or $(EXAMPLES_TO_VALIDATE),$(sort $(wildcard examples/*.yaml)))
validate = $(RENDER) $(render_flags) --validate --schemas $(OUT)/schemas \
	--crds "$$(go list -m -f '{{.Dir}}' github.com/upbound/provider-aws/v2)/package/crds" \
	--crds "$$(go list -C tools/crossplane-core -m -f '{{.Dir}}' github.com/crossplane/crossplane/v2)/cluster/crds"

.PHONY: validate
validate: $(FUNCTION) $(RENDER) $(CLI) $(CORE)
validate: ## check every example against the provider's CRDs, without and within guardrails [REQUIRED=guardrails]
	@$(call say,validating the examples...)
	@$(validate) $(examples)
	@$(if $(EXAMPLES_TO_VALIDATE),,$(call say,validating the examples within examples/guardrails...))
	@$(if $(EXAMPLES_TO_VALIDATE),,$(validate) --required $(or $(REQUIRED),examples/guardrails) $(examples))

# The tests find the programs they drive in KASHA_*; without them, the tests that need
# them are skipped, so that a plain go test works too.
.PHONY: test
test: $(FUNCTION) $(RENDER) $(CLI) $(CORE) ## run every test: units, goldens, invariants, renders, and validate
	@failed=0; \
		KASHA_FUNCTION=$(abspath $(FUNCTION)) KASHA_RENDER=$(abspath $(RENDER)) \
		KASHA_CLI=$(abspath $(CLI)) KASHA_CORE=$(abspath $(CORE)) go test ./... || failed=1; \
		for dir in $(TOOLS); do go test -C $$dir ./... || failed=1; done; \
		$(MAKE) validate || failed=1; \
		exit $$failed

# How long each fuzz target runs.
FUZZTIME ?= 30s

.PHONY: fuzz
fuzz: ## run the decoder and the function with random input [FUZZTIME=30s for each]
	@for target in FuzzDecode FuzzRunFunction; do \
		go test ./function -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x || exit; \
	done

.PHONY: bench
bench: $(FUNCTION) ## measure the function beside the floor of protobuf decoding and encoding
	@KASHA_FUNCTION=$(abspath $(FUNCTION)) go test ./function -run '^TestTable$$' -table -count=1 -v \
		| grep -v -e '^=== ' -e '^--- ' 

.PHONY: clients-test
clients-test: ## connect MySQL clients of six languages with the secret's URL
	@test/clients/run

.PHONY: lint
lint: $(STATICCHECK) ## check formatting, and run go vet and staticcheck
	@failed=0; \
		unformatted=$$(gofmt -l apis examples function test tools); \
		if [[ -n $$unformatted ]]; then \
			printf 'cannot accept the formatting of these files; run gofmt -w on them:\n%s\n' "$$unformatted" >&2; \
			failed=1; \
		fi; \
		for dir in . $(TOOLS) test/e2e; do \
			(cd $$dir; go vet ./...) || failed=1; \
			(cd $$dir; $(abspath $(STATICCHECK)) $(checks) ./...) || failed=1; \
		done; \
		exit $$failed

.PHONY: generate
generate: $(XRD_GEN) ## regenerate the XRD, the reference pages and the package lists
	@$(XRD_GEN) -o apis/definition.yaml ./apis/v1alpha1
	@$(XRD_GEN) -kind KashaGuardrail -o apis/guardrails.yaml ./apis/v1alpha1
	@$(MAKE) pages

.PHONY: clean
clean: ## remove everything that make built
	@rm -rf $(OUT)

$(FUNCTION): $(SOURCES)
	@$(call say,building the function...)
	@$(call build,.,./function/cmd/function,-ldflags "-s -w")

$(RENDER): $(SOURCES)
	@$(call build,.,./function/cmd/render)

$(CLI): | tools/crossplane-cli/go.mod
	@$(call say,building the crossplane CLI $(CLI_VERSION) (about 2 minutes the first time)...)
	@$(call build,tools/crossplane-cli,$(CLI_PACKAGE),$(call crossplane_version,$(CLI_VERSION)))

$(CORE): | tools/crossplane-core/go.mod
	@$(call say,building the crossplane core $(CORE_VERSION) (about 1 minute the first time)...)
	@$(call build,tools/crossplane-core,$(CORE_PACKAGE),$(call crossplane_version,$(CORE_VERSION)))

$(XRD_GEN): $(wildcard tools/xrd-gen/*)
	@$(call say,building xrd-gen...)
	@$(call build,tools/xrd-gen,.)

$(STATICCHECK): | tools/lint/go.mod
	@$(call say,building staticcheck $(STATICCHECK_VERSION)...)
	@$(call build,tools/lint,honnef.co/go/tools/cmd/staticcheck)

# What is shipped, and what is written about it.
include tools/tools.mk

# A control plane of real programs, and what is proven with it.
include test/e2e/e2e.mk

# What the command line may say, and what it must not.
include tools/arguments.mk
