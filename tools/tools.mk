# What is shipped, and what is written about it.

PACKAGE_VERSION ?= v0.1.0
# Where the packages are pushed to, and looked for by the configuration.
REGISTRY ?= xpkg.crossplane.io/kasha-platform

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
	@$(GENERATE) --crds "$(provider_crds)" --provider-version "$(provider_version)" $(EXAMPLES:examples/%=$(OUT)/rest/%)
