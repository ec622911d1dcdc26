// Package guard judges a claim by the platform's guardrails: which one applies, what it
// refuses, what a living claim keeps although it would refuse it, and what it imposes.
//
// It fails closed. If it is unclear which guardrail applies, or what it says, the claim
// is refused and its resources stay unchanged: without the guardrail, the next pass
// would remove imposed permissions boundaries from roles.
package guard

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

// A Guardrail applies to a claim.
type Guardrail struct {
	Name string
	Spec v1alpha1.KashaGuardrailSpec
}

// A Choice is what the guardrails of a cluster say about a namespace.
type Choice struct {
	// Guardrail that applies, or nil.
	Guardrail *Guardrail
	// Exist tells whether there is any guardrail at all.
	Exist bool
}

// Choose returns the guardrail of all those of the cluster that applies to the claims of
// a namespace. It returns an error if two guardrails tie, or if the guardrail cannot be
// read. The order of the guardrails does not matter.
func Choose(all []map[string]any, namespace string) (Choice, error) {
	var best []outline
	for _, o := range all {
		g, err := outlineOf(o)
		if err != nil {
			return Choice{}, err
		}
		if !anyMatches(g.namespaces, namespace) {
			continue
		}
		if len(best) > 0 && g.precedence > best[0].precedence {
			best = nil
		}
		if len(best) == 0 || g.precedence == best[0].precedence {
			best = append(best, g)
		}
	}
	switch len(best) {
	case 0:
		return Choice{Exist: len(all) > 0}, nil
	case 1:
		g, err := best[0].read()
		return Choice{Guardrail: g, Exist: true}, err
	}
	names := make([]string, len(best))
	for i, g := range best {
		names[i] = g.name
	}
	slices.Sort(names)
	return Choice{}, fmt.Errorf("cannot tell which guardrail applies: %s match namespace %s with precedence %g; "+
		"ask the platform team to give them different ones", strings.Join(names, " and "), namespace,
		best[0].precedence)
}

// An outline is the part of a guardrail that the choice needs. It can be read even if the
// guardrail has fields that this version does not know.
type outline struct {
	name       string
	namespaces []string
	precedence float64
	object     map[string]any
}

func outlineOf(o map[string]any) (outline, error) {
	meta, _ := o["metadata"].(map[string]any)
	spec, _ := o["spec"].(map[string]any)
	out := outline{object: o}
	out.name, _ = meta["name"].(string)
	list, ok := spec["namespaces"].([]any)
	for _, e := range list {
		n, isText := e.(string)
		ok = ok && isText
		out.namespaces = append(out.namespaces, n)
	}
	switch p := spec["precedence"].(type) {
	case nil:
	case float64:
		out.precedence = p
	case int64:
		out.precedence = float64(p)
	default:
		ok = false
	}
	if !ok {
		return out, fmt.Errorf("cannot read guardrail %s: its namespaces and precedence do not tell whom it bounds; "+
			"ask the platform team to correct it", out.name)
	}
	return out, nil
}

// read reads a whole guardrail. A field that this version does not know is an error: it
// may be a bound.
func (o outline) read() (*Guardrail, error) {
	spec, _ := o.object["spec"].(map[string]any)
	ours := map[string]any{}
	for k, v := range spec {
		if k != "crossplane" {
			ours[k] = v
		}
	}
	b, err := json.Marshal(ours)
	if err != nil {
		return nil, fmt.Errorf("cannot read guardrail %s: %w", o.name, err)
	}
	g := &Guardrail{Name: o.name}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&g.Spec); err != nil {
		return nil, fmt.Errorf("cannot read guardrail %s: %w; ask the platform team to correct it, "+
			"or to update the function if it is older than the guardrail", o.name, err)
	}
	g.fill()
	if e := g.Spec.Enforcement; e != v1alpha1.EnforcementRefuse && e != v1alpha1.EnforcementReport {
		return nil, fmt.Errorf("cannot read guardrail %s: this version does not know enforcement %s; "+
			"ask the platform team to update the function", o.name, e)
	}
	return g, nil
}

// fill fills in the defaults of the schema. The API server has done so before; a file that
// a render is given has not passed it.
func (g *Guardrail) fill() {
	s := &g.Spec
	if s.Enforcement == "" {
		s.Enforcement = v1alpha1.EnforcementRefuse
	}
	for _, list := range []*[]string{&s.Allow.Regions, &s.Allow.TagKeys, &s.Allow.Emails} {
		if *list == nil {
			*list = []string{"*"}
		}
	}
	if s.Allow.Environments == nil {
		s.Allow.Environments = []v1alpha1.Environment{v1alpha1.Production, v1alpha1.NonProduction}
	}
	for _, list := range [][]v1alpha1.AllowedProviderConfig{s.Allow.ProviderConfigs, s.Allow.RestoreTestConfigs} {
		for i := range list {
			if list[i].Kind == "" {
				list[i].Kind = "ClusterProviderConfig"
			}
		}
	}
}

// exempts tells whether a rule does not apply to a claim.
func (g *Guardrail) exempts(c *v1alpha1.KashaClaim, rule string) bool {
	name := v1alpha1.ClaimName(c.GetNamespace() + "/" + c.GetName())
	return slices.ContainsFunc(g.Spec.Exempt, func(e v1alpha1.Exemption) bool {
		return e.Claim == name && slices.Contains(e.Rules, v1alpha1.RuleName(rule))
	})
}

// Resumed are the IDs that claims resume, by namespace/name.
func (c Choice) Resumed() map[string]string {
	out := map[string]string{}
	if c.Guardrail != nil {
		for _, s := range c.Guardrail.Spec.Stacks {
			out[string(s.Claim)] = s.ID
		}
	}
	return out
}

// RoleTag tells whether the claim may set a tag of its IAM roles: where the guardrail allows
// the key. An entry that allows all keys is nobody's decision about this one.
func (c Choice) RoleTag(key string) bool {
	if c.Guardrail == nil {
		return false
	}
	return slices.ContainsFunc(c.Guardrail.Spec.Allow.TagKeys, func(p string) bool {
		return strings.Trim(p, "*") != "" && match(p, key)
	})
}

// Imposed is what the guardrail sets whatever the claim says.
func (c Choice) Imposed() v1alpha1.Impose {
	if c.Guardrail == nil {
		return v1alpha1.Impose{}
	}
	return c.Guardrail.Spec.Impose
}
