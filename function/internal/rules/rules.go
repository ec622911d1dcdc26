// Package rules is the policy suite: what must hold for everything that Kasha composes, for every claim.
//
// A rule does not come from Kasha's own output. It comes from AWS's documentation, from the provider's schema or
// from a promise of Kasha's, and its source is named. So a rule fails where a golden file could just be updated. A
// rule looks at rendered objects, the claim and what the cluster observes, and never at the code that composes
// them.
//
// Each theme has a file. Each rule has an example that breaks it and one that passes, in the theme's test. The tests
// of the function run all rules over every example, every golden and generated claims, at each pass.
package rules

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// A World is what a rule looks at: one claim after one pass of the function.
type World struct {
	// Claim is the claim as the API server has it, with its defaults, and with the status that the function gave it.
	Claim map[string]any
	// Desired are the objects that the function asks for, by key.
	Desired map[string]map[string]any
	// Observed are the objects as the cluster has them after the pass, with AWS's answers, by key.
	Observed map[string]map[string]any
	// Settled is true once nothing changes any more. Only then may a rule require an
	// object to exist.
	Settled bool

	*index
}

// Of returns the World after the last pass of a simulated one. Settled says that the simulated one is at rest.
func Of(w *simulator.World, settled bool) World {
	out := World{Claim: w.Composite, Desired: map[string]map[string]any{}, Observed: w.Observed, Settled: settled}
	for key, r := range w.Response.GetDesired().GetResources() {
		out.Desired[key] = r.GetResource().AsMap()
	}
	return out
}

// A Rule is one thing that must hold.
type Rule struct {
	// ID names the rule in messages and tests. It begins with its theme.
	ID string
	// Title is what must hold, in one sentence.
	Title string
	// Why is what goes wrong otherwise, in one sentence.
	Why string
	// Source is where the rule comes from: the address of a document, or one of Kasha's own.
	Source string
	// check returns where the rule does not hold.
	check func(World) []Violation
}

// A Violation is one object that breaks a rule.
type Violation struct {
	// Rule is the ID of the rule. Check of the package fills it in.
	Rule string
	// Key of the object. It is empty where no single object is at fault.
	Key string
	// Message is what is wrong, as the rest of a sentence that begins with the key.
	Message string
}

// String is the violation in one line.
func (v Violation) String() string {
	return fmt.Sprintf("%s %s (rule %s)", cmp.Or(v.Key, "the claim"), v.Message, v.Rule)
}

// A Theme is rules about one matter.
type Theme struct {
	Title string
	Rules []Rule
}

// Themes are all rules, in the order of the reference page.
func Themes() []Theme {
	return []Theme{
		{"Principals", principalRules},
		{"Permissions", iamRules},
		{"Buckets", bucketRules},
		{"Encryption at rest", encryptionRules},
		{"Encryption in transit", tlsRules},
		{"Credentials", secretRules},
		{"Network", networkRules},
		{"Accounts and regions", accountRules},
		{"Alarms and logs", watchRules},
		{"Deletion and retention", retentionRules},
		{"Settings", settingRules},
		{"Containers", containerRules},
		{"Schedules", scheduleRules},
		{"Runner", runnerRules},
		{"Names and tags", nameRules},
		{"Schemas", schemaRules},
	}
}

// All are the rules of all themes.
func All() []Rule {
	var out []Rule
	for _, t := range Themes() {
		out = append(out, t.Rules...)
	}
	return out
}

// Check returns every violation of every rule, sorted by key.
func Check(w World) []Violation {
	var out []Violation
	w = prepare(w)
	for _, r := range All() {
		out = append(out, r.of(w)...)
	}
	slices.SortStableFunc(out, func(a, b Violation) int { return cmp.Compare(a.Key, b.Key) })
	return out
}

// Check returns where the rule does not hold.
func (r Rule) Check(w World) []Violation { return r.of(prepare(w)) }

// of are the violations of one rule in a world that is prepared.
func (r Rule) of(w World) []Violation {
	out := r.check(w)
	for i := range out {
		out[i].Rule = r.ID
	}
	return out
}

// violation is of an object that breaks a rule.
func violation(key, format string, a ...any) Violation {
	return Violation{Key: key, Message: fmt.Sprintf(format, a...)}
}

// each checks every desired object by itself. An object breaks the rule where wrong says why.
func each(wrong func(w World, key string, o map[string]any) string) func(World) []Violation {
	return eachOf(func(w World, key string, o map[string]any) []string {
		if m := wrong(w, key, o); m != "" {
			return []string{m}
		}
		return nil
	})
}

// eachOf is each for rules that an object can break in several ways.
func eachOf(wrong func(w World, key string, o map[string]any) []string) func(World) []Violation {
	return func(w World) []Violation {
		var out []Violation
		for _, key := range w.sorted {
			for _, m := range wrong(w, key, w.Desired[key]) {
				out = append(out, Violation{Key: key, Message: m})
			}
		}
		return out
	}
}

// Patterns are the patterns of keys in the tables of the rules, by table. A pattern that no key matches belongs to
// a row that is not needed, or is misspelt and checks nothing.
func Patterns() map[string][]string {
	out := map[string][]string{}
	for _, r := range kept {
		out["kept"] = append(out["kept"], r.keys)
	}
	for _, r := range settings {
		out["settings"] = append(out["settings"], r.keys)
	}
	tables := [][]setting{
		edgeSettings, computeSettings, serviceSettings, workerSettings, scheduleSettings, runnerSettings, dataSettings,
		networkSettings,
	}
	for _, table := range tables {
		for _, r := range table {
			out["setting"] = append(out["setting"], r.keys)
		}
	}
	out["roleActions"] = slices.Sorted(maps.Keys(roleActions))
	for _, r := range usageEdges {
		out["usageEdges"] = append(out["usageEdges"], r.of, r.by)
	}
	for _, r := range places {
		out["places"] = append(out["places"], r.keys)
	}
	for _, r := range callers {
		out["callers"] = append(out["callers"], r.keys)
	}
	for _, r := range locks {
		out["locks"] = append(out["locks"], r.keys)
	}
	out["cloudFronts"] = cloudFronts
	out["managedPolicies"] = slices.Sorted(maps.Keys(managedPolicies))
	out["listeners"] = slices.Sorted(maps.Keys(listeners))
	return out
}
