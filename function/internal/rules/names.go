package rules

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// nameRules are about the names and tags of what a claim owns.
var nameRules = []Rule{{
	ID:     "name-of-object",
	Title:  "An object is named after its claim and its key.",
	Why:    "Two claims in one namespace would fight over one object.",
	Source: "Kasha: keys are API, CONTRIBUTING.md",
	check:  each(isNamedByKey),
}, {
	ID:     "name-keys-do-not-meet",
	Title:  "No key of a kind ends in another key of the kind.",
	Why:    "The claims shop and shop-x in one namespace would have objects of one name.",
	Source: "Kasha: keys are API, CONTRIBUTING.md",
	check:  keysDoNotMeet,
}, {
	ID:    "name-in-aws",
	Title: "A name in AWS is not empty, not longer than AWS allows and has no hyphen at its end.",
	Why:   "AWS refuses it, or the provider falls back to the object's name.",
	Source: "https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html, and the API reference " +
		"of each service",
	check: each(fitsAWSNames),
}, {
	ID:     "name-tags",
	Title:  "Everything that can be tagged carries its name, its claim, the claim's namespace and the stack.",
	Why:    "Its owner would be unknown, and the budget would not count it.",
	Source: "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html",
	check:  each(isTagged),
}}

// maxObjectName is the longest name that Kubernetes allows.
const maxObjectName = 253

func isNamedByKey(w World, key string, o map[string]any) string {
	want := text(w.Claim, "metadata", "name") + "-" + key
	if got := text(o, "metadata", "name"); got != want || len(got) > maxObjectName {
		return fmt.Sprintf("is named %q, want %q, of at most %d characters", got, want, maxObjectName)
	}
	return ""
}

func keysDoNotMeet(w World) []Violation {
	by := map[schema.GroupVersionKind][]string{}
	for key, o := range w.Desired {
		by[gvkOf(o)] = append(by[gvkOf(o)], key)
	}
	var out []Violation
	for _, keys := range by {
		for _, a := range keys {
			for _, b := range keys {
				if strings.HasSuffix(a, "-"+b) {
					out = append(out, Violation{Key: a, Message: "ends in the key " + b + " of its kind"})
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b Violation) int { return cmp.Compare(a.Key+a.Message, b.Key+b.Message) })
	return out
}

// An awsName says where the name of a kind in AWS is written, and how long it may be.
type awsName struct {
	// field of spec.forProvider. Where it is empty, the name is the annotation external-name.
	field string
	limit int
}

// awsNames are the kinds that the claim names, with the limit of the API reference of each.
var awsNames = map[string]awsName{
	"backup/Vault":                     {"", 50},
	"budgets/Budget":                   {"", 100},
	"cloudfront/CachePolicy":           {"name", 128},
	"cloudfront/ResponseHeadersPolicy": {"name", 128},
	"cloudwatch/CompositeAlarm":        {"", 255},
	"cloudwatch/Dashboard":             {"", 255},
	"cloudwatch/MetricAlarm":           {"", 255},
	"cloudwatchlogs/Group":             {"", 512},
	"ec2/SecurityGroup":                {"name", 255},
	"ecr/Repository":                   {"", 256},
	"ecs/Cluster":                      {"", 255},
	"ecs/Service":                      {"", 255},
	"ecs/TaskDefinition":               {"family", 255},
	"elbv2/LB":                         {"name", 32},
	"elbv2/LBTargetGroup":              {"name", 32},
	"iam/Role":                         {"", 64},
	"iam/RolePolicy":                   {"", 128},
	"kms/Alias":                        {"", 250},
	"rds/Cluster":                      {"", 63},
	"rds/ClusterInstance":              {"", 63},
	"rds/ClusterParameterGroup":        {"", 255},
	"rds/Instance":                     {"identifier", 63},
	"rds/ParameterGroup":               {"", 255},
	"rds/Proxy":                        {"", 63},
	"rds/SubnetGroup":                  {"", 255},
	"s3/Bucket":                        {"", 63},
	"scheduler/Schedule":               {"name", 64},
	"scheduler/ScheduleGroup":          {"name", 64},
	"cloudwatchevents/Rule":            {"", 64},
	"sns/Topic":                        {"", 256},
	"sqs/Queue":                        {"name", 80},
	"wafv2/IPSet":                      {"name", 128},
	"wafv2/WebACL":                     {"name", 128},
}

func fitsAWSNames(_ World, _ string, o map[string]any) string {
	n, ok := awsNames[kindOf(o)]
	if !ok {
		return ""
	}
	name := externalName(o)
	if n.field != "" {
		name = text(params(o), n.field)
	}
	if name == "" || len(name) > n.limit || strings.HasSuffix(name, "-") {
		return fmt.Sprintf("has the name %q in AWS; it must have 1 to %d characters and no hyphen at its end", name,
			n.limit)
	}
	return ""
}

func isTagged(w World, key string, o map[string]any) string {
	schemas, err := definitions()
	if err != nil {
		return err.Error()
	}
	if _, taggable := schemas[gvkOf(o)].forProvider["tags"]; !taggable || onlyLooks(o) {
		return ""
	}
	want := map[string]string{
		"Name":               w.stack() + "-" + key,
		"kasha.io/claim":     text(w.Claim, "metadata", "name"),
		"kasha.io/namespace": text(w.Claim, "metadata", "namespace"),
		"kasha.io/stack":     w.stack(),
	}
	for _, tag := range slices.Sorted(maps.Keys(want)) {
		if got := text(params(o), "tags", tag); got != want[tag] {
			return fmt.Sprintf("has the tag %s=%q, want %q", tag, got, want[tag])
		}
	}
	return ""
}
