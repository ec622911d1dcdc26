package judge

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Warnings returns the harm that the claim's last change does: which resources restart,
// which resources with data are deleted, and what a new version of a workload does that is
// probably not meant. Each warning appears once, in the pass that
// makes the change.
func Warnings(s *stack.Stack, p *plan.Plan, resources []*stack.Resource) []string {
	var out []string
	for _, r := range resources {
		if o, ok := s.Observed(r.Key); ok && r.Object != nil {
			out = append(out, harms(r, o)...)
		}
	}
	s.ObservedKeys("", func(k stack.Key, o stack.Observed) {
		if s.Has(k) {
			return
		}
		if lost := kinds.Observed(o).Loss; lost != "" {
			out = append(out, gone(s.ObjectName(k), lost, stack.Retained(o)))
		}
	})
	out = append(out, misplaced(s, p)...)
	for _, w := range p.Containers() {
		if starts(s, w, resources) {
			out = append(out, moving(w)...)
			out = append(out, readable(w)...)
		}
	}
	out = append(out, adoptions(s, resources)...)
	slices.Sort(out)
	return out
}

// starts tells whether this pass makes a new version of a workload.
func starts(s *stack.Stack, w plan.Workload, resources []*stack.Resource) bool {
	return slices.ContainsFunc(resources, func(r *stack.Resource) bool {
		_, exists := s.Observed(r.Key)
		return !exists && r.Object != nil && keys.IsTaskDefinition(w.Name, r.Key)
	})
}

// moving warns about an image without a version.
func moving(w plan.Workload) []string {
	name, digest := w.Image, strings.Contains(w.Image, "@")
	if slash := strings.LastIndex(name, "/"); slash >= 0 {
		name = name[slash:]
	}
	_, tag, _ := strings.Cut(name, ":")
	if digest || tag != "" && tag != "latest" {
		return nil
	}
	return []string{fmt.Sprintf("cannot tell which version of the %s runs: the image %s names none, and tasks that "+
		"start later may run another; write a tag that is never moved, or a digest", w.Name, w.Image)}
}

// credentialName and credentialValue match environment variables that look like
// credentials.
var (
	credentialName = regexp.MustCompile(`(?i)(^|_)(passw(or)?d|pwd|secret|token|(api|access|private|secret)_?key|` +
		`credentials?)$`)
	credentialValue = regexp.MustCompile(`^(AKIA|ASIA)[A-Z0-9]{16}$|-----BEGIN [A-Z ]*PRIVATE KEY|` +
		`^(gh[pousr]_|github_pat_|glpat-|sk_live_|xox[abp]-)|://[^/:@\s]*:[^/@\s]+@`)
)

// readable warns about environment variables that look like credentials. It never repeats
// their values.
func readable(w plan.Workload) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(w.Env)) {
		value := string(w.Env[name])
		if value == "" || !credentialName.MatchString(name) && !credentialValue.MatchString(value) {
			continue
		}
		out = append(out, fmt.Sprintf("cannot keep %s.env[%s] secret: it looks like a credential, and everyone who can "+
			"read the claim or the task definition can read it; store it in Secrets Manager, and name it in %s.secrets",
			w.Field, name, w.Field))
	}
	return out
}

// gone warns about a resource that the claim no longer asks for.
func gone(name, lost string, retained bool) string {
	if retained {
		return fmt.Sprintf("leaving %s in AWS: the claim no longer asks for it, and nothing manages it any more", name)
	}
	return fmt.Sprintf("deleting %s because the claim no longer asks for it; you lose %s", name, lost)
}

// misplaced warns about subnets of an existing network that are in another VPC or zone
// than the claim says. It is only a warning: network.existing is immutable, and AWS
// rejects what cannot work.
func misplaced(s *stack.Stack, p *plan.Plan) []string {
	e := s.Claim.Spec.Network.Existing
	if e == nil {
		return nil
	}
	var out []string
	for _, tier := range []v1alpha1.SubnetTier{
		v1alpha1.SubnetPublic, v1alpha1.SubnetFrontend, v1alpha1.SubnetBackend, v1alpha1.SubnetData,
	} {
		for i, key := range p.Network.Subnets(tier) {
			id, zone := e.Subnets(tier)[i], p.Network.Zones[i].Name
			if vpc, ok := s.Status(key, "vpcId"); ok && vpc != e.VPCID {
				out = append(out, fmt.Sprintf("cannot use %s as a %s subnet: it is in %s, not in %s; "+
					"create a new claim with subnets of one VPC", id, tier, vpc, e.VPCID))
			}
			if is, ok := s.Status(key, "availabilityZone"); ok && is != zone {
				out = append(out, fmt.Sprintf("cannot rely on %s as the %s subnet of %s: it is in %s, "+
					"so the tier may not survive the loss of a zone; "+
					"create a new claim that lists the subnets in the order of its zones", id, tier, zone, is))
			}
		}
	}
	return out
}

// harms warns about fields whose change users notice. It compares the desired resource
// with the observed one.
func harms(r *stack.Resource, o stack.Observed) []string {
	var out []string
	spec, _ := r.Object["spec"].(map[string]any)
	params, _ := spec["forProvider"].(map[string]any)
	for _, h := range kinds.Observed(o).Harms {
		was, ok := stack.Text(o, "spec", "forProvider", h.Field)
		is, _ := params[h.Field].(string)
		if ok && is != "" && was != is {
			out = append(out, fmt.Sprintf("changing %s of %s from %s to %s %s",
				h.Field, r.Name, was, is, h.Does))
		}
	}
	return append(out, rotates(r, o)...)
}

// rotates warns about a change of the password.
func rotates(r *stack.Resource, o stack.Observed) []string {
	spec, _ := r.Object["spec"].(map[string]any)
	params, _ := spec["forProvider"].(map[string]any)
	ref, _ := params["passwordSecretRef"].(map[string]any)
	was, ok := stack.Text(o, "spec", "forProvider", "passwordSecretRef", "name")
	is, _ := ref["name"].(string)
	if !ok || is == "" || was == is {
		return nil
	}
	return []string{fmt.Sprintf("changing the password of %s to the one in Secret %s; "+
		"once the database takes it, the backend's tasks cannot open new connections until they have read it",
		r.Name, is)}
}
