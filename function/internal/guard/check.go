package guard

import (
	"fmt"
	"slices"
	"strings"
)

// Check returns what is wrong with one of a cluster's guardrails: why claims that it should
// bound are refused instead, and what in it has no effect. All are those of the cluster,
// with or without the guardrail itself.
func Check(object map[string]any, all []map[string]any) []string {
	o, err := outlineOf(object)
	if err != nil {
		return []string{err.Error()}
	}
	var out []string
	for _, other := range all {
		t, err := outlineOf(other)
		if err != nil || t.name == o.name || t.precedence != o.precedence || !anyOverlaps(t.namespaces, o.namespaces) {
			continue
		}
		out = append(out,
			fmt.Sprintf("spec.precedence: cannot tell which guardrail applies: %s has namespaces in common "+
				"and the precedence %g too, so claims in them are refused; give one of the two another precedence",
				t.name, t.precedence))
	}
	slices.Sort(out)
	g, err := o.read()
	if err != nil {
		return append(out, err.Error())
	}
	return append(out, g.idle()...)
}

// idle are the entries about claims in namespaces that the guardrail does not match.
func (g *Guardrail) idle() []string {
	var out []string
	for i, e := range g.Spec.Exempt {
		out = append(out, g.elsewhere(fmt.Sprintf("spec.exempt[%d]", i), string(e.Claim))...)
	}
	for i, s := range g.Spec.Stacks {
		out = append(out, g.elsewhere(fmt.Sprintf("spec.stacks[%d]", i), string(s.Claim))...)
	}
	return out
}

func (g *Guardrail) elsewhere(field, claim string) []string {
	namespace, _, _ := strings.Cut(claim, "/")
	if anyMatches(g.Spec.Namespaces, namespace) {
		return nil
	}
	return []string{fmt.Sprintf("%s: cannot use %s: this guardrail does not match its namespace; "+
		"move the entry to the guardrail that does", field, claim)}
}
