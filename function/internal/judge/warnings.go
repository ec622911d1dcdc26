package judge

import (
	"fmt"
	"slices"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Warnings says what the claim's last change is about to harm: what restarts, and
// what is deleted with data in it. Each is said in the pass that does it, once.
func Warnings(s *stack.Stack, p *plan.Plan, resources []*stack.Resource) []string {
	var out []string
	for _, r := range resources {
		if o, ok := s.Observed(r.Key); ok && r.Object != nil {
			out = append(out, felt(r, o)...)
		}
	}
	s.ObservedKeys("", func(k stack.Key, o stack.Observed) {
		if s.Has(k) {
			return
		}
		if lost := record(o).Loss; lost != "" {
			out = append(out, gone(s.ObjectName(k), lost, stack.Retained(o)))
		}
	})
	out = append(out, elsewhere(s, p)...)
	slices.Sort(out)
	return out
}

// gone is what becomes of a resource that the claim no longer asks for.
func gone(name, lost string, retained bool) string {
	if retained {
		return fmt.Sprintf("leaving %s in AWS, which the claim no longer asks for; nothing manages it any more", name)
	}
	return fmt.Sprintf("deleting %s, which the claim no longer asks for; lost is %s", name, lost)
}

// elsewhere finds subnets of an existing network that are not where the claim
// says. The claim cannot be changed in that, and AWS refuses what cannot work, so
// it is only said.
func elsewhere(s *stack.Stack, p *plan.Plan) []string {
	e := s.Claim.Spec.Network.Existing
	if e == nil {
		return nil
	}
	var out []string
	for _, tier := range []v1alpha1.SubnetTier{v1alpha1.SubnetPublic, v1alpha1.SubnetFrontend, v1alpha1.SubnetBackend, v1alpha1.SubnetData} {
		for i, key := range p.Network.Subnets(tier) {
			id, zone := e.Subnets(tier)[i], p.Network.Zones[i].Name
			if vpc, ok := s.Status(key, "vpcId"); ok && vpc != e.VPCID {
				out = append(out, fmt.Sprintf("cannot use %s as a %s subnet: it is in %s, not in %s; create the claim anew with subnets of one VPC", id, tier, vpc, e.VPCID))
			}
			if is, ok := s.Status(key, "availabilityZone"); ok && is != zone {
				out = append(out, fmt.Sprintf("cannot rely on %s as the %s subnet of %s: it is in %s, so the tier may not survive the loss of a zone; create the claim anew with the subnets in the order of its zones", id, tier, zone, is))
			}
		}
	}
	return out
}

// felt compares what is desired with what is in the cluster.
func felt(r *stack.Resource, o stack.Observed) []string {
	var out []string
	spec, _ := r.Object["spec"].(map[string]any)
	params, _ := spec["forProvider"].(map[string]any)
	for _, h := range record(o).Harms {
		was, ok := stack.Text(o, "spec", "forProvider", h.Field)
		is, _ := params[h.Field].(string)
		if ok && is != "" && was != is {
			out = append(out, fmt.Sprintf("changing %s of %s from %s to %s %s", h.Field, r.Name, was, is, h.Does))
		}
	}
	return append(out, rotates(r, o)...)
}

// rotates tells of another password.
func rotates(r *stack.Resource, o stack.Observed) []string {
	spec, _ := r.Object["spec"].(map[string]any)
	params, _ := spec["forProvider"].(map[string]any)
	ref, _ := params["passwordSecretRef"].(map[string]any)
	was, ok := stack.Text(o, "spec", "forProvider", "passwordSecretRef", "name")
	is, _ := ref["name"].(string)
	if !ok || is == "" || was == is {
		return nil
	}
	return []string{fmt.Sprintf("changing the password of %s to the one in Secret %s; from when the database takes it until the backend's tasks have read it, they can open no new connection", r.Name, is)}
}
