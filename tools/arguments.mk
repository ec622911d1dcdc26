# Refuses what make would ignore. Without this, make render claim=mine.yaml and make render
# mine.yaml would render the default claim.

# Every variable that a user may set.
variables := CLAIM OBSERVED REQUIRED AT EXAMPLES_TO_VALIDATE BASE FORMAT RUN FUZZTIME PACKAGE_VERSION REGISTRY \
	CHROMIUM SHARE BUDGET JOBS MATCH ID LOWER GOLDENS UPGRADE_FROM PROVIDER
# Variables of Go and of make.
others := GO% CGO_% CC CXX MAKE% SHELL

# Words of a value that has spaces are not variables, so they have no origin.
names := $(foreach word,$(MAKEOVERRIDES),$(firstword $(subst =, ,$(word))))
set := $(foreach name,$(names),$(if $(findstring command line,$(origin $(name))),$(name)))
unknown := $(filter-out $(variables) $(others),$(set))
upper = $(shell tr '[:lower:]' '[:upper:]' <<< '$(1)')
meant = $(filter $(variables),$(call upper,$(1)))
suggest = $(if $(meant),write $(meant)=$($(1)),it is not a variable of this Makefile; make help lists what there is)

$(foreach name,$(unknown),$(error cannot use $(name)=$($(name)): $(call suggest,$(name))))

files := $(filter %.yaml %.yml %.json,$(MAKECMDGOALS))
targets := $(filter-out $(files),$(MAKECMDGOALS))
$(if $(filter-out $(OUT)/%,$(files)),$(error cannot use $(firstword $(files)): name a claim with CLAIM, \
	for example make $(or $(firstword $(targets)),render) CLAIM=$(firstword $(files))))
