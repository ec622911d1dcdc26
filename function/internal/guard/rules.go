package guard

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
)

// A rule judges the values that a claim has of one thing. Its name is its place in a
// guardrail.
type rule struct {
	name string
	// values are what the rule judges, whatever the guardrail says.
	values func(s *subject) []Value
	// bound is what a guardrail says about them. It is nil where the guardrail has no bound.
	bound func(g *v1alpha1.KashaGuardrailSpec) bound
}

// A subject is a claim with its presets, and the facts that the rules need besides.
type subject struct {
	*v1alpha1.KashaClaim

	workloads []plan.Declared
	// repositories are the URLs of the image repositories that the claim made.
	repositories []string
	// legacy tells whether v0.1.0 composed the claim first.
	legacy bool
}

// monthlyUSD is the rule that is judged last, when all resources are known.
const monthlyUSD = "limit.monthlyUSD"

// adoption is the rule that must allow what it judges: nothing but the guardrail's list does.
const adoption = "allow.stackIDs"

// rules are all rules except monthlyUSD.
var rules = []rule{
	{"allow.providerConfigs", providerConfig, func(g *spec) bound { return configs(g.Allow.ProviderConfigs) }},
	{"allow.images", images, func(g *spec) bound { return patterns(g.Allow.Images) }},
	{"allow.regions", region, func(g *spec) bound { return patterns(g.Allow.Regions) }},
	{"allow.environments", environment, func(g *spec) bound { return texts(g.Allow.Environments) }},
	{"allow.secretARNs", secrets, func(g *spec) bound { return patterns(g.Allow.SecretARNs) }},
	{"allow.parameterARNs", parameters, func(g *spec) bound { return patterns(g.Allow.ParameterARNs) }},
	{"allow.permissions", permissions, func(g *spec) bound { return patterns(g.Allow.Permissions) }},
	{"allow.egress", egress, func(g *spec) bound { return patterns(g.Allow.Egress) }},
	{"allow.snapshots", snapshot, func(g *spec) bound { return patterns(g.Allow.Snapshots) }},
	{"allow.domains", domains, func(g *spec) bound { return patterns(g.Allow.Domains) }},
	{"allow.hostedZones", hostedZone, func(g *spec) bound { return patterns(g.Allow.HostedZones) }},
	{"allow.networks", existingNetwork, func(g *spec) bound { return patterns(g.Allow.Networks) }},
	{"allow.copyRegions", copyRegion, func(g *spec) bound { return patterns(g.Allow.CopyRegions) }},
	{"allow.copyVaultARNs", copyVault, func(g *spec) bound { return patterns(g.Allow.CopyVaultARNs) }},
	{"allow.restoreTestConfigs", restoreConfig, func(g *spec) bound { return configs(g.Allow.RestoreTestConfigs) }},
	{
		"allow.restoreTestSubnetGroups", restoreSubnets,
		func(g *spec) bound { return patterns(g.Allow.RestoreTestSubnetGroups) },
	},
	{"allow.originPrefixLists", prefixList, func(g *spec) bound { return patterns(g.Allow.OriginPrefixLists) }},
	{"allow.uploaders", uploaders, func(g *spec) bound { return patterns(g.Allow.Uploaders) }},
	{"allow.overrides", overridden, func(g *spec) bound { return patterns(g.Allow.Overrides) }},
	{"allow.permissionsBoundaryARNs", ownBoundary, boundaries},
	{"allow.tagKeys", tagKeys, func(g *spec) bound { return patterns(g.Allow.TagKeys) }},
	{adoption, adoptedStack, func(g *spec) bound { return patterns(g.Allow.StackIDs) }},
	{"allow.emails", emails, func(g *spec) bound { return patterns(g.Allow.Emails) }},

	{"impose.permissionsBoundaryARN", unboundedRole, imposedBoundary},
	{"impose.tags", tagCount, tagsLeft},

	{"require.deletionProtection", unprotected, func(g *spec) bound { return when(g.Require.DeletionProtection) }},
	{"require.firewall", holes, func(g *spec) bound { return when(g.Require.Firewall) }},
	{"require.accessLogs", unlogged, func(g *spec) bound { return when(g.Require.AccessLogs) }},
	{"require.vaultLock", unlocked, func(g *spec) bound { return when(g.Require.VaultLock) }},
	{"require.endpointPolicy", openEndpoints, func(g *spec) bound { return when(g.Require.EndpointPolicy) }},
	{"require.noExec", shells, func(g *spec) bound { return when(g.Require.NoExec) }},
	{"require.origin", origin, requiredOrigin},
	{"require.backupRetentionDays", backupDays, func(g *spec) bound { return atLeast(g.Require.BackupRetentionDays) }},
	{"require.archiveYears", archiveYears, func(g *spec) bound { return atLeast(g.Require.ArchiveYears) }},
	{"require.logRetentionDays", logDays, func(g *spec) bound { return atLeast(g.Require.LogRetentionDays) }},

	{"limit.tasks", tasks, func(g *spec) bound { return atMost(g.Limit.Tasks) }},
	{"limit.taskCPU", taskCPU, func(g *spec) bound { return atMost(g.Limit.TaskCPU) }},
	{"limit.taskMemoryMiB", taskMemory, func(g *spec) bound { return atMost(g.Limit.TaskMemoryMiB) }},
	{"limit.instanceClasses", instanceClass, classes},
	{"limit.storageGiB", storage, func(g *spec) bound { return atMost(g.Limit.StorageGiB) }},
	{"limit.readReplicas", replicas, func(g *spec) bound { return atMost(g.Limit.ReadReplicas) }},
	{"limit.queues", queues, func(g *spec) bound { return atMost(g.Limit.Queues) }},
	{"limit.zones", zones, func(g *spec) bound { return atMost(g.Limit.Zones) }},
	{"limit.firewallRateLimit", rateLimit, func(g *spec) bound { return atMost(g.Limit.FirewallRateLimit) }},
}

type spec = v1alpha1.KashaGuardrailSpec

// Bounds.

func configs(list []v1alpha1.AllowedProviderConfig) bound {
	out := make(patterns, len(list))
	for i, c := range list {
		out[i] = c.Kind + "/" + c.Name
	}
	return out
}

func texts[T ~string](list []T) bound {
	out := make(patterns, len(list))
	for i, t := range list {
		out[i] = string(t)
	}
	return out
}

// boundaries that a claim may name: where one is imposed, only this one.
func boundaries(g *spec) bound {
	if arn := g.Impose.PermissionsBoundaryARN; arn != "" {
		return patterns{arn}
	}
	return patterns(g.Allow.PermissionsBoundaryARNs)
}

func imposedBoundary(g *spec) bound { return when(g.Impose.PermissionsBoundaryARN != "") }

func when(on bool) bound {
	if on {
		return demand{}
	}
	return nil
}

func requiredOrigin(g *spec) bound {
	if g.Require.Origin == "" {
		return nil
	}
	return patterns{string(g.Require.Origin)}
}

func atMost(n *int64) bound {
	if n == nil {
		return nil
	}
	return most(*n)
}

func atLeast(n *int64) bound {
	if n == nil {
		return nil
	}
	return least(*n)
}

func classes(g *spec) bound {
	if len(g.Limit.InstanceClasses) == 0 {
		return nil
	}
	return patterns(g.Limit.InstanceClasses)
}

// tagsLeft are the tags that are left for the claim's own.
func tagsLeft(g *spec) bound {
	if len(g.Impose.Tags) == 0 {
		return nil
	}
	return most(v1alpha1.MaxTags - len(g.Impose.Tags))
}

// What a claim may name.

// given is one text, or none if it is empty.
func given(field, text string) []Value {
	if text == "" {
		return nil
	}
	return []Value{{Field: field, Text: text}}
}

func providerConfig(s *subject) []Value {
	r := s.Spec.ProviderConfigRef
	return given("spec.providerConfigRef", r.Kind+"/"+r.Name)
}

// images leaves out the images in the claim's own repositories: the account's IAM decides
// who may push there. The image of the task that makes the database's users is among them, also
// where the claim leaves it to Kasha.
func images(s *subject) []Value {
	var out []Value
	add := func(field, image string) {
		own := slices.ContainsFunc(s.repositories, func(url string) bool {
			return strings.HasPrefix(image, url+":") || strings.HasPrefix(image, url+"@")
		})
		if !own {
			out = append(out, given(field, image)...)
		}
	}
	for _, c := range parts(s) {
		add(c.Field+".image", c.Image)
	}
	if len(s.Spec.Database.Users) > 0 {
		add("spec.database.clientImage", plan.ClientImage(s.KashaClaim))
	}
	return out
}

func region(s *subject) []Value      { return given("spec.region", s.Spec.Region) }
func environment(s *subject) []Value { return given("spec.environment", string(s.Spec.Environment)) }

func secrets(s *subject) []Value {
	var out []Value
	for _, c := range parts(s) {
		for _, name := range slices.Sorted(maps.Keys(c.Secrets)) {
			out = append(out, given(c.Field+".secrets."+name+".secretARN", c.Secrets[name].SecretARN)...)
		}
	}
	return out
}

func parameters(s *subject) []Value {
	var out []Value
	for _, c := range parts(s) {
		for _, name := range slices.Sorted(maps.Keys(c.Secrets)) {
			out = append(out, given(c.Field+".secrets."+name+".parameterARN", c.Secrets[name].ParameterARN)...)
		}
	}
	return out
}

// permissions are each action of a claim with each resource beside it.
func permissions(s *subject) []Value {
	var out []Value
	for _, w := range s.workloads {
		for i, p := range w.Permissions {
			for _, a := range p.Actions {
				for _, r := range p.Resources {
					out = append(out, given(fmt.Sprintf("%s.permissions[%d]", w.Field, i), a+" on "+r)...)
				}
			}
		}
	}
	return out
}

// egress are the destinations of a claim's rules, with protocol and port.
func egress(s *subject) []Value {
	var out []Value
	for _, w := range s.workloads {
		for i, e := range w.Egress {
			out = append(out, given(fmt.Sprintf("%s.egress[%d]", w.Field, i),
				fmt.Sprintf("%s%s %s/%d", e.CIDR, e.PrefixListID, e.Protocol, e.Port))...)
		}
	}
	return out
}

// parts are the containers of all workloads.
func parts(s *subject) []plan.Part {
	var out []plan.Part
	for _, w := range s.workloads {
		out = append(out, w.Parts()...)
	}
	return out
}

func snapshot(s *subject) []Value {
	return given("spec.database.restoreFromSnapshot", s.Spec.Database.RestoreFromSnapshot)
}

func domains(s *subject) []Value {
	d := s.Spec.Edge.Domain
	if d == nil {
		return nil
	}
	out := given("spec.edge.domain.name", d.Name)
	for _, n := range d.AdditionalNames {
		out = append(out, given("spec.edge.domain.additionalNames", n)...)
	}
	return out
}

func hostedZone(s *subject) []Value {
	if s.Spec.Edge.Domain == nil {
		return nil
	}
	return given("spec.edge.domain.hostedZoneID", s.Spec.Edge.Domain.HostedZoneID)
}

func existingNetwork(s *subject) []Value {
	if s.Spec.Network.Existing == nil {
		return nil
	}
	return given("spec.network.existing.vpcID", s.Spec.Network.Existing.VPCID)
}

func copyRegion(s *subject) []Value {
	if s.Spec.Backup.CopyTo == nil {
		return nil
	}
	return given("spec.backup.copyTo.region", s.Spec.Backup.CopyTo.Region)
}

func copyVault(s *subject) []Value {
	if s.Spec.Backup.CopyTo == nil {
		return nil
	}
	return given("spec.backup.copyTo.vaultARN", s.Spec.Backup.CopyTo.VaultARN)
}

func restoreConfig(s *subject) []Value {
	t := s.Spec.Backup.RestoreTest
	if !t.Enabled || t.ProviderConfigRef == nil {
		return nil
	}
	return given("spec.backup.restoreTest.providerConfigRef", t.ProviderConfigRef.Kind+"/"+t.ProviderConfigRef.Name)
}

func restoreSubnets(s *subject) []Value {
	t := s.Spec.Backup.RestoreTest
	if !t.Enabled {
		return nil
	}
	return given("spec.backup.restoreTest.subnetGroup", t.SubnetGroup)
}

func prefixList(s *subject) []Value {
	return given("spec.edge.originPrefixListID", s.Spec.Edge.OriginPrefixListID)
}

func uploaders(s *subject) []Value {
	if s.Spec.Edge.Static == nil {
		return nil
	}
	var out []Value
	for _, u := range s.Spec.Edge.Static.Uploaders {
		out = append(out, given("spec.edge.static.uploaders", u)...)
	}
	return out
}

// overridden are the fields of resources that the claim sets itself.
func overridden(s *subject) []Value {
	var out []Value
	for _, o := range s.Spec.Overrides {
		out = append(out, given("spec.overrides", o.Key+":"+o.Path)...)
	}
	return out
}

func ownBoundary(s *subject) []Value {
	return given("spec.permissionsBoundaryARN", s.Spec.PermissionsBoundaryARN)
}

func tagKeys(s *subject) []Value {
	var out []Value
	for _, k := range slices.Sorted(maps.Keys(s.Spec.Tags)) {
		out = append(out, given("spec.tags", k)...)
	}
	return out
}

func adoptedStack(s *subject) []Value {
	if s.Spec.Adopt == nil {
		return nil
	}
	return given("spec.adopt.stackID", s.Spec.Adopt.StackID)
}

func emails(s *subject) []Value {
	var out []Value
	for _, e := range s.Spec.Alarms.Emails {
		out = append(out, given("spec.alarms.emails", e)...)
	}
	return out
}

// What a claim must be.

// unboundedRole is the role of AWS's rotation application, which takes no boundary.
func unboundedRole(s *subject) []Value {
	return found(s.Spec.Database.Rotation == v1alpha1.RotationApplication, "spec.database.rotation",
		string(v1alpha1.RotationApplication), string(v1alpha1.RotationGeneration)+
			", because the role of AWS's application takes no permissions boundary")
}

func tagCount(s *subject) []Value { return []Value{size("spec.tags", len(s.Spec.Tags))} }

// found returns a forbidden value, if it is set.
func found(is bool, field, text, wants string) []Value {
	if !is {
		return nil
	}
	return []Value{{Field: field, Text: text, Wants: wants}}
}

func unprotected(s *subject) []Value {
	on := s.Spec.DeletionProtection != nil && *s.Spec.DeletionProtection
	return found(!on, "spec.deletionProtection", "false", "true")
}

// holes are what lets requests past the firewall.
func holes(s *subject) []Value {
	w := s.Spec.Edge.WAF
	out := found(w.Mode != v1alpha1.WAFBlock, "spec.edge.waf.mode", string(w.Mode), string(v1alpha1.WAFBlock))
	for _, c := range w.AllowCIDRs {
		out = append(out,
			Value{Field: "spec.edge.waf.allowCIDRs", Text: c, Wants: "that none are allowed past the rules"})
	}
	for _, p := range w.ExemptPaths {
		out = append(out,
			Value{Field: "spec.edge.waf.exemptPaths", Text: p, Wants: "that none are exempt from the rules"})
	}
	for _, o := range w.Overrides {
		lets := o.Action == "Count" || o.Action == "Allow"
		out = append(out, found(lets, "spec.edge.waf.overrides", string(o.RuleSet)+"/"+o.Rule+" "+o.Action,
			"Block, Captcha or Challenge")...)
	}
	return out
}

func unlogged(s *subject) []Value {
	return found(!s.Spec.Edge.AccessLogs, "spec.edge.accessLogs", "false", "true")
}

func unlocked(s *subject) []Value {
	lock := s.Spec.Backup.Lock
	return found(lock != v1alpha1.LockGovernance, "spec.backup.lock", string(lock), string(v1alpha1.LockGovernance))
}

// openEndpoints are endpoints that let requests to every account through. In an existing
// network there are none of the claim's.
func openEndpoints(s *subject) []Value {
	open := s.Spec.Network.Existing == nil && plan.EndpointPolicy(s.KashaClaim, s.legacy) == v1alpha1.EndpointsOpen
	return found(open, "spec.network.endpoints.policy", string(v1alpha1.EndpointsOpen),
		string(v1alpha1.EndpointsAccount))
}

// shells are the workloads in which people may open a shell.
func shells(s *subject) []Value {
	var out []Value
	for _, w := range s.workloads {
		out = append(out, found(w.Exec, w.Field+".exec", "true", "false")...)
	}
	return out
}

func origin(s *subject) []Value { return given("spec.edge.origin", string(s.Spec.Edge.Origin)) }

func size[T int | int32 | int64](field string, n T) Value { return Value{Field: field, Size: int64(n)} }

func backupDays(s *subject) []Value {
	return []Value{size("spec.database.backupRetentionDays", s.Spec.Database.BackupRetentionDays)}
}

func archiveYears(s *subject) []Value {
	return []Value{size("spec.backup.archiveYears", s.Spec.Backup.ArchiveYears)}
}

func logDays(s *subject) []Value {
	return []Value{size("spec.logs.retentionDays", s.Spec.Logs.RetentionDays)}
}

// How large a claim may be.

// each is one size of every workload.
func each(s *subject, field string, of func(plan.Declared) int32) []Value {
	out := make([]Value, len(s.workloads))
	for i, w := range s.workloads {
		out[i] = size(w.Field+field, of(w))
	}
	return out
}

func tasks(s *subject) []Value {
	return each(s, ".scaling.max", func(w plan.Declared) int32 { return w.Scaling.Max })
}

func taskCPU(s *subject) []Value {
	return each(s, ".cpu", func(w plan.Declared) int32 { return w.CPU })
}

func taskMemory(s *subject) []Value {
	return each(s, ".memory", func(w plan.Declared) int32 { return w.Memory })
}

func instanceClass(s *subject) []Value {
	out := given("spec.database.instanceClass", s.Spec.Database.InstanceClass)
	if a := s.Spec.Database.Aurora; a != nil {
		out = append(out, given("spec.database.aurora.instanceClass", a.InstanceClass)...)
	}
	return out
}

func storage(s *subject) []Value {
	return []Value{
		size("spec.database.storageGiB", s.Spec.Database.StorageGiB),
		size("spec.database.maxStorageGiB", s.Spec.Database.MaxStorageGiB),
	}
}

func replicas(s *subject) []Value {
	var out []Value
	if n := s.Spec.Database.ReadReplicas; n != nil {
		out = append(out, size("spec.database.readReplicas", *n))
	}
	a := s.Spec.Database.Aurora
	if a != nil && a.Readers != nil {
		out = append(out, size("spec.database.aurora.readers", *a.Readers))
	}
	if a != nil && a.ReaderScaling != nil {
		out = append(out, size("spec.database.aurora.readerScaling.max", a.ReaderScaling.Max))
	}
	return out
}

func queues(s *subject) []Value { return []Value{size("spec.queues", len(s.Spec.Queues))} }
func zones(s *subject) []Value {
	return []Value{size("spec.availabilityZones", len(s.Spec.AvailabilityZones))}
}

func rateLimit(s *subject) []Value {
	return []Value{size("spec.edge.waf.rateLimit", s.Spec.Edge.WAF.RateLimit)}
}
