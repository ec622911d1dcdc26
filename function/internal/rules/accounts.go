package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// accountRules are about which AWS account and which region an object is in.
var accountRules = []Rule{{
	ID: "account-provider-config",
	Title: "Every AWS object uses the claim's provider configuration; the restore test " +
		"uses its own where it names one.",
	Why:    "A part of the claim would be made in another AWS account, or never.",
	Source: "https://docs.crossplane.io/latest/managed-resources/managed-resources/#providerconfigref",
	check:  each(usesTheClaimsProvider),
}, {
	ID: "account-region",
	Title: "Everything is in the claim's region, but for what CloudFront needs in " +
		"us-east-1 and for copies of backups.",
	Why:    "Two halves of a platform in two regions cannot reach each other.",
	Source: "https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works-resources.html",
	check:  each(isInItsRegion),
}}

// globalRegion is where AWS keeps what belongs to CloudFront.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
const globalRegion = "us-east-1"

func usesTheClaimsProvider(w World, key string, o map[string]any) string {
	got := asMap(lookup(o, "spec", "providerConfigRef"))
	if !isAWS(o) {
		if got != nil {
			return "has a provider configuration and is not AWS's"
		}
		return ""
	}
	want := asMap(lookup(w.Claim, "spec", "providerConfigRef"))
	test := asMap(lookup(w.Claim, "spec", "backup", "restoreTest", "providerConfigRef"))
	if key == "restore-test" && test != nil {
		want = test
	}
	if text(want, "name") == "" || !maps.Equal(got, want) {
		return fmt.Sprintf("uses the provider configuration %v, want %v", got, want)
	}
	return ""
}

func isInItsRegion(w World, key string, o map[string]any) string {
	schemas, err := definitions()
	if err != nil {
		return err.Error()
	}
	if _, regional := schemas[gvkOf(o)].forProvider["region"]; !regional {
		return ""
	}
	if got, want := text(params(o), "region"), w.regionOf(key, o); got != want {
		return fmt.Sprintf("is in %q, want %s", got, want)
	}
	return ""
}

// regionOf is where an object belongs.
func (w World) regionOf(key string, o map[string]any) string {
	switch copies := asMap(lookup(w.Claim, "spec", "backup", "copyTo")); {
	case key == "restore-test" && lookup(w.Claim, "spec", "backup", "restoreTest", "providerConfigRef") != nil:
		// arn:aws:backup:<region>:<account>:backup-vault:<name>
		return strings.Split(text(copies, "vaultARN"), ":")[3]
	case strings.Contains(key, "-copy-") && !strings.HasPrefix(key, "alarm-"):
		return text(copies, "region")
	case isCloudFronts(key, o):
		return globalRegion
	}
	return w.region()
}

// cloudFronts are the keys of the objects that CloudFront needs in us-east-1.
var cloudFronts = []string{
	"alarm-edge-5xx", "alarm-waf-blocked", "alarm-certificate-edge", "alias-edge", "certificate-edge-*", "key-edge",
	"loggroup-waf", "logging-waf", "subscription-edge-*", "topic-alarms-edge", "topicpolicy-alarms-edge",
	"validation-edge-*",
}

func isCloudFronts(key string, o map[string]any) bool {
	named := slices.ContainsFunc(cloudFronts, func(p string) bool { return matches(p, key) })
	return named || text(params(o), "scope") == "CLOUDFRONT"
}
