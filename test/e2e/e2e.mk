# A control plane of real programs, built from modules, and the tests that use it. See
# docs/testing.md.
ETCD_VERSION := $(call version,etcd,go.etcd.io/etcd/server/v3)
KUBERNETES_VERSION := $(call version,kubernetes,k8s.io/kubernetes)
PROVIDER_AWS_VERSION := $(call version,provider-aws,github.com/upbound/provider-aws/v2)

ETCD := $(BIN)/etcd-$(ETCD_VERSION)
APISERVER := $(BIN)/kube-apiserver-$(KUBERNETES_VERSION)
CONTROLLER_MANAGER := $(BIN)/kube-controller-manager-$(KUBERNETES_VERSION)
PROVIDER_AWS := $(BIN)/provider-aws-$(PROVIDER_AWS_VERSION)
SIMULATED_PROVIDER := $(BIN)/simulated-provider

MOTO := $(OUT)/moto
MOTO_READY := $(MOTO)/.ready

E2E := $(OUT)/e2e

# The claims that make e2e takes through their life: all, or one with CLAIM=file.
E2E_CLAIMS := $(if $(filter command line environment,$(origin CLAIM)),$(CLAIM))

# Where the upgrade begins: the tag of the last release. There is none yet. A commit
# works whose status has the fields of today's XRD: the API server rejects others.
# Empty leaves the upgrade out.
UPGRADE_FROM ?= 6934c6d30d0f85162182a4a0d0b8b3c856238b82
PREVIOUS := $(if $(UPGRADE_FROM),$(BIN)/function-$(UPGRADE_FROM))

control_plane := $(ETCD) $(APISERVER) $(CONTROLLER_MANAGER) $(CORE) $(FUNCTION) $(RENDER) $(SIMULATED_PROVIDER)

set_version = -X k8s.io/component-base/version
kubernetes_version = -ldflags "-s -w $(set_version).gitVersion=$(KUBERNETES_VERSION) \
	$(set_version).gitMajor=1 $(set_version).gitMinor=$(word 2,$(subst ., ,$(KUBERNETES_VERSION)))"

e2e_environment = \
	KASHA_ROOT=$(abspath .) \
	KASHA_E2E_OUTPUT=$(abspath $(E2E)) \
	KASHA_ETCD=$(abspath $(ETCD)) \
	KASHA_APISERVER=$(abspath $(APISERVER)) \
	KASHA_CONTROLLER_MANAGER=$(abspath $(CONTROLLER_MANAGER)) \
	KASHA_CORE=$(abspath $(CORE)) \
	KASHA_FUNCTION=$(abspath $(FUNCTION)) \
	KASHA_RENDER=$(abspath $(RENDER)) \
	KASHA_CLI=$(abspath $(CLI)) \
	KASHA_SIMULATED_PROVIDER=$(abspath $(SIMULATED_PROVIDER)) \
	KASHA_CORE_CRDS="$(core_crds)" \
	KASHA_AWS_CRDS="$$(go list -m -f '{{.Dir}}' github.com/upbound/provider-aws/v2)/package/crds"

.PHONY: control-plane-tools
control-plane-tools: $(control_plane) $(CLI) $(PREVIOUS)
control-plane-tools: ## build what control-plane-test needs (about 5 minutes the first time)

.PHONY: e2e-tools
e2e-tools: $(control_plane) $(PROVIDER_AWS) $(MOTO_READY)
e2e-tools: ## build what e2e needs as well (about 45 minutes the first time)

# Four examples at a time: more claims share the processors, and each takes longer than its test waits.
.PHONY: control-plane-test
control-plane-test: $(control_plane) $(CLI) $(PREVIOUS)
control-plane-test: ## prove the claim's whole life in a real control plane, with a simulated provider [RUN=test]
	@$(call say,testing in a control plane; logs are in $(E2E)/control-plane/logs)
	@$(e2e_environment) KASHA_PREVIOUS=$(abspath $(PREVIOUS)) \
		go test -C test/e2e ./controlplane -count=1 -parallel=4 -timeout=40m -v $(if $(RUN),-run '$(RUN)')

AWS_CLI := $(OUT)/aws-cli
AWS_CLI_READY := $(AWS_CLI)/.ready

.PHONY: install-test
install-test: $(MOTO_READY) $(AWS_CLI_READY)
install-test: ## run the commands of docs/install.md that make the provider's role against an emulator of AWS
	@$(MOTO)/bin/python test/install/run.py docs/install.md $(AWS_CLI)/bin

.PHONY: e2e
e2e: $(control_plane) $(PROVIDER_AWS) $(MOTO_READY)
e2e: ## take claims through their life with the real provider and an emulator of AWS [CLAIM=file] [RUN=test]
	@$(call say,testing against the emulator; logs are in $(E2E)/aws/logs)
	@$(e2e_environment) KASHA_PROVIDER_AWS=$(abspath $(PROVIDER_AWS)) KASHA_MOTO_PYTHON=$(abspath $(MOTO))/bin/python \
		KASHA_E2E_CLAIMS="$(foreach c,$(E2E_CLAIMS),$(abspath $(c)))" CGO_ENABLED=0 \
		go test -C test/e2e ./aws -count=1 -timeout=3h -v $(if $(RUN),-run '$(RUN)')

# No C compiler is needed, and what is built runs on any Linux.
$(ETCD) $(APISERVER) $(CONTROLLER_MANAGER) $(PROVIDER_AWS): export CGO_ENABLED := 0

$(ETCD): | tools/etcd/go.mod
	@$(call say,building etcd $(ETCD_VERSION) (about half a minute)...)
	@$(call build,tools/etcd,go.etcd.io/etcd/server/v3,-ldflags "-s -w")

$(APISERVER): | tools/kubernetes/go.mod
	@$(call say,building kube-apiserver $(KUBERNETES_VERSION) (about 3 minutes)...)
	@$(call build,tools/kubernetes,k8s.io/kubernetes/cmd/kube-apiserver,$(kubernetes_version))

$(CONTROLLER_MANAGER): | tools/kubernetes/go.mod
	@$(call say,building kube-controller-manager $(KUBERNETES_VERSION) (about a minute)...)
	@$(call build,tools/kubernetes,k8s.io/kubernetes/cmd/kube-controller-manager,$(kubernetes_version))

# Two compilations at a time: some of the provider's packages need gigabytes.
# The checksum database does not know the version of Upbound's fork; go.sum does.
$(PROVIDER_AWS): export GONOSUMDB := github.com/upbound/*
$(PROVIDER_AWS): | tools/provider-aws/go.mod
	@$(call say,building provider-aws $(PROVIDER_AWS_VERSION) (about 40 minutes on two cores the first time)...)
	@$(call build,tools/provider-aws,github.com/upbound/provider-aws/v2/cmd/provider/monolith,-p 2 -ldflags "-s -w")

$(SIMULATED_PROVIDER): $(SOURCES)
	@$(call say,building the simulated provider...)
	@$(call build,.,./function/cmd/simulated-provider,-ldflags "-s -w")

no_previous = cannot build it: this clone lacks the commit; fetch it (git fetch --unshallow --tags) \
	or leave the upgrade out (UPGRADE_FROM=)

# Where the program is: up to v0.1.0 it was the function's own package.
previous_main = ./$$(cd $(OUT)/previous && ls -d function/cmd/function 2> /dev/null || echo function)

# Its source is in the history, and in a directory of its own while it is built.
$(PREVIOUS):
	@$(call say,building the function as at $(UPGRADE_FROM)...)
	@git cat-file -e '$(UPGRADE_FROM)^{commit}' || { $(call say,$(no_previous)); exit 1; }
	@rm -rf $(OUT)/previous && mkdir -p $(OUT)/previous
	@git archive '$(UPGRADE_FROM)' go.mod go.sum apis function | tar -x -C $(OUT)/previous
	@$(call build,$(OUT)/previous,$(previous_main),-ldflags "-s -w")

$(MOTO_READY): test/e2e/moto/requirements.txt
	@$(call say,installing moto into $(MOTO) (about a minute)...)
	@python3 -m venv $(MOTO)
	@$(MOTO)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(AWS_CLI_READY): test/install/requirements.txt
	@$(call say,installing the AWS CLI into $(AWS_CLI) (about half a minute)...)
	@python3 -m venv $(AWS_CLI)
	@$(AWS_CLI)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@
