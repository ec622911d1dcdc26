package judge

import (
	"fmt"
	"slices"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A harm is a field whose change is felt by users.
type harm struct{ field, does string }

// harms by group and kind.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html
var harms = map[string][]harm{
	"rds/Instance": {
		{"instanceClass", "restarts the instance: with a standby a failover of one to two minutes, without one an outage of several"},
		{"engineVersion", "restarts the instance for an upgrade: an outage of several minutes, also with a standby for a part of it"},
	},
}

// losses are what is gone when a resource of a kind is deleted.
var losses = map[string]string{
	"rds/Instance":         "the instance, but for the final snapshot that AWS takes of a primary",
	"sqs/Queue":            "the messages in it",
	"s3/Bucket":            "the objects in it, unless AWS refuses because there are any",
	"route53/Zone":         "the domain's hosted zone: until the domain is delegated to another, nobody finds it",
	"cloudwatchlogs/Group": "the log lines in it",
	"ecr/Repository":       "the images in it, unless AWS refuses because there are any",
}

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
		if lost := losses[kind(o)]; lost != "" {
			out = append(out, fmt.Sprintf("deleting %s, which the claim no longer asks for; lost is %s", s.ObjectName(k), lost))
		}
	})
	out = append(out, elsewhere(s, p)...)
	slices.Sort(out)
	return out
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
	for _, h := range harms[group(r.Kind.Group)+"/"+r.Kind.Kind] {
		was, ok := stack.Text(o, "spec", "forProvider", h.field)
		is, _ := params[h.field].(string)
		if ok && is != "" && was != is {
			out = append(out, fmt.Sprintf("changing %s of %s from %s to %s %s", h.field, r.Name, was, is, h.does))
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

// kind of an observed object, as rds/Instance.
func kind(o stack.Observed) string {
	version, _ := stack.Text(o, "apiVersion")
	k, _ := stack.Text(o, "kind")
	return group(version) + "/" + k
}

// Loss is what is gone when a resource of a kind, like rds/Instance, is deleted;
// nothing for what holds no data.
func Loss(kind string) string { return losses[kind] }

// Harm is what changing a field of a kind, like rds/Instance, does to users;
// nothing for what nobody notices.
func Harm(kind, field string) string {
	for _, h := range harms[kind] {
		if h.field == field {
			return h.does
		}
	}
	return ""
}
