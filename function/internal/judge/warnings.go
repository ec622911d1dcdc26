package judge

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Warnings returns the harm that the claim's last change does: which resources restart,
// which resources with data are deleted, and what a new version of a workload does that is
// probably not meant. Each warning appears once, in the pass that
// makes the change.
//
// What lasts is in Standing.
func Warnings(s *stack.Stack, p *plan.Plan, o Outcome) []string {
	resources := o.Resources
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
		lost := kinds.Observed(o).Loss
		if _, isCopy := stack.Text(o, "spec", "forProvider", "replicationSourceIdentifier"); isCopy {
			lost = "a copy, and no data: that is in " + s.ObjectName(keys.Primary)
		}
		if lost != "" {
			out = append(out, gone(s.ObjectName(k), lost, stack.Retained(o)))
		}
	})
	for _, w := range p.Workloads {
		out = append(out, stopped(s, w)...)
	}
	for _, w := range p.Containers() {
		if starts(s, w, resources) {
			for _, c := range w.Parts() {
				out = append(out, moving(c)...)
				out = append(out, limited(c)...)
				out = append(out, readable(c)...)
			}
		}
	}
	out = append(out, olderLogs(s)...)
	out = append(out, adoptions(s, o.Adopted)...)
	slices.Sort(out)
	return out
}

// maxWarnings is how many warnings of each sort the status has. The events have all.
const maxWarnings = 50

// LastChange is what the status says of the claim's last change. The warnings of one
// generation are kept together, because each of them appears in one pass. A render without a
// cluster has no generation.
func LastChange(s *stack.Stack, warnings []string) v1alpha1.LastChangeStatus {
	before, generation := s.Claim.Status.LastChange, s.Claim.GetGeneration()
	if generation == 0 {
		return v1alpha1.LastChangeStatus{}
	}
	all := slices.Clone(warnings)
	if before.Generation == generation {
		all = append(all, before.Warnings...)
	}
	if len(all) == 0 {
		return v1alpha1.LastChangeStatus{}
	}
	slices.Sort(all)
	return v1alpha1.LastChangeStatus{Generation: generation, Warnings: few(slices.Compact(all))}
}

// few are the first warnings.
func few(warnings []string) []string { return warnings[:min(len(warnings), maxWarnings)] }

// stopped warns about tasks that scaling stops at once, because the new maximum is below what
// runs.
func stopped(s *stack.Stack, w plan.Workload) []string {
	o, ok := s.Observed(keys.Scaling(w.Name))
	if !ok {
		return nil
	}
	v, _ := o.Lookup("spec", "forProvider", "maxCapacity")
	was, _ := v.(float64)
	runs, most := tasks(s, w, nil), w.Scaling.Max
	if was <= float64(most) || runs == nil || *runs <= most {
		return nil
	}
	return []string{fmt.Sprintf(
		"changing %s.scaling.max from %.0f to %d stops %d of the %d tasks that run, at once and whatever their load "+
			"is", w.Field, was, most, *runs-most, *runs)}
}

// olderLogs warns about log lines that a shorter retention deletes. All log groups have the
// same one.
func olderLogs(s *stack.Stack) []string {
	var was float64
	s.ObservedKeys(keys.LogGroupPrefix, func(_ stack.Key, o stack.Observed) {
		v, _ := o.Lookup("spec", "forProvider", "retentionInDays")
		days, _ := v.(float64)
		was = max(was, days)
	})
	is := s.Claim.Spec.Logs.RetentionDays
	if was <= float64(is) {
		return nil
	}
	return []string{
		fmt.Sprintf("changing logs.retentionDays from %.0f to %d deletes all log lines that are older", was, is),
	}
}

// starts tells whether this pass makes a new version of a workload.
func starts(s *stack.Stack, w plan.Workload, resources []*stack.Resource) bool {
	return slices.ContainsFunc(resources, func(r *stack.Resource) bool {
		_, exists := s.Observed(r.Key)
		return !exists && r.Object != nil && keys.IsTaskDefinition(w.Name, r.Key)
	})
}

// moving warns about an image without a version: main, stable-alpine and latest are moved with
// every release, and a tag that has no digit names no release.
func moving(c plan.Part) []string {
	name, digest := c.Image, strings.Contains(c.Image, "@")
	if slash := strings.LastIndex(name, "/"); slash >= 0 {
		name = name[slash:]
	}
	_, tag, _ := strings.Cut(name, ":")
	if digest || strings.ContainsAny(tag, "0123456789") {
		return nil
	}
	return []string{fmt.Sprintf("cannot tell which version of the %s runs: the image %s names none, and tasks that "+
		"start later may run another; write a tag that is never moved, or a digest", c.Name, c.Image)}
}

// limited warns about an image of Docker Hub. Each task pulls it anew, and all tasks behind
// a NAT gateway have one address.
// https://docs.docker.com/docker-hub/usage/pulls/
func limited(c plan.Part) []string {
	if !awsfacts.IsDockerHub(c.Image) {
		return nil
	}
	return []string{fmt.Sprintf(
		"cannot rely on %s for the %s: Docker Hub limits how often an address pulls images, each task pulls anew, "+
			"and beyond the limit no task starts; copy the image to the claim's repository, or use "+
			"public.ecr.aws/docker/library for official images", c.Image, c.Name)}
}

// credentialName and credentialValue match environment variables that look like
// credentials.
var (
	credentialName = regexp.MustCompile(`(?i)(^|_)((pg)?passw(or)?d|pass|passphrase|pwd|secret|token|` +
		`(api|app|access|master|private|secret)_?key|secret_key_base|credentials?)$`)
	credentialValue = regexp.MustCompile(`^(AKIA|ASIA)[A-Z0-9]{16}$|-----BEGIN [A-Z ]*PRIVATE KEY|` +
		`^(gh[pousr]_|github_pat_|glpat-|sk_live_|xox[abp]-)|://[^/:@\s]*:[^/@\s]+@`)
)

// readable warns about environment variables that look like credentials. It never repeats
// their values.
func readable(c plan.Part) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(c.Env)) {
		value := string(c.Env[name])
		if value == "" || !credentialName.MatchString(name) && !credentialValue.MatchString(value) {
			continue
		}
		out = append(out,
			fmt.Sprintf("cannot keep %s.env[%s] secret: it looks like a credential, and everyone who can "+
				"read the claim or the task definition can read it; store it in Secrets "+
				"Manager, and name it in %s.secrets",
				c.Field, name, c.Field))
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

// harms warns about fields whose change users notice. It compares the desired resource
// with the observed one.
func harms(r *stack.Resource, o stack.Observed) []string {
	var out []string
	spec, _ := r.Object["spec"].(map[string]any)
	params, _ := spec["forProvider"].(map[string]any)
	for _, h := range kinds.Observed(o).Harms {
		if h.Lowered {
			out = append(out, lowered(r, o, h, params[h.Field])...)
			continue
		}
		was, ok := stack.Text(o, "spec", "forProvider", h.Field)
		is, _ := params[h.Field].(string)
		if ok && is != "" && was != is {
			out = append(out, fmt.Sprintf("changing %s of %s from %s to %s %s",
				h.Field, r.Name, was, is, h.Does))
		}
	}
	return append(out, rotates(r, o)...)
}

// lowered warns about a number that becomes smaller.
func lowered(r *stack.Resource, o stack.Observed, h kinds.Harm, to any) []string {
	v, _ := o.Lookup("spec", "forProvider", h.Field)
	was, _ := v.(float64)
	is, ok := to.(float64)
	if !ok || was <= is {
		return nil
	}
	return []string{fmt.Sprintf("changing %s of %s from %.0f to %.0f %s", h.Field, r.Name, was, is, h.Does)}
}

// rotates warns about a change of the password.
func rotates(r *stack.Resource, o stack.Observed) []string {
	spec, _ := r.Object["spec"].(map[string]any)
	params, _ := spec["forProvider"].(map[string]any)
	ref, _ := params["passwordSecretRef"].(map[string]any)
	is, _ := ref["name"].(string)
	if is == "" {
		return nil
	}
	was, ok := stack.Text(o, "spec", "forProvider", "passwordSecretRef", "name")
	if !ok || was == is {
		return nil
	}
	return []string{fmt.Sprintf("changing the password of %s to the one in Secret %s; "+
		"once the database takes it, the backend's tasks cannot open new connections until they have read it",
		r.Name, is)}
}
