package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Standing returns what is wrong, or not as the claim says, for as long as it is so.
func Standing(s *stack.Stack, p *plan.Plan) []string {
	out := slices.Concat(misplaced(s, p), zonesLack(s, p), staged(s, p), doubtful(s), crowded(p), idle(s))
	slices.Sort(out)
	return out
}

// New are the warnings that the status does not have yet. Only these become events: what
// lasts for days would repeat its event in every pass.
func New(s *stack.Stack, warnings []string) []string {
	var out []string
	for _, w := range warnings {
		if !slices.Contains(s.Claim.Status.Warnings, w) {
			out = append(out, w)
		}
	}
	return out
}

// staged says which changes of the primary wait for its replicas. Without it a claim whose
// change has not happened would look finished.
func staged(s *stack.Stack, p *plan.Plan) []string {
	var out []string
	for _, w := range p.Waiting() {
		names := make([]string, len(w.For))
		for i, k := range w.For {
			names[i] = s.ObjectName(k)
		}
		out = append(out,
			fmt.Sprintf("%s keeps %s %s until AWS reports %s for %s: replicas are changed before their primary",
				s.ObjectName(keys.Primary), w.Field, w.Is, w.Will, strings.Join(names, ", ")))
	}
	return out
}

// crowded warns about workloads that may open more connections than the database has for them.
func crowded(p *plan.Plan) []string {
	c, is := p.Crowded()
	switch {
	case !is:
		return nil
	case !c.Fit():
		return []string{fmt.Sprintf("cannot fit the tasks into the database: up to %d tasks share %d of its %d "+
			"connections, and %d is the least that %s can be; set database.proxy.enabled to true, choose a larger "+
			"database.instanceClass, or lower scaling.max", c.Tasks, c.Shared, c.Most, c.Each, plan.PoolVariable)}
	}
	return []string{fmt.Sprintf("cannot keep the tasks within the database's connections: up to %d tasks may open "+
		"%d, and share %d of %d; what runs has an older %s than %d, or the claim's own: deploy new versions, set "+
		"database.proxy.enabled to true, choose a larger database.instanceClass, or lower scaling.max",
		c.Tasks, c.Told, c.Shared, c.Most, plan.PoolVariable, c.Each)}
}

// doubtful warns about names of AWS's and MySQL's that Kasha does not know. It is only a
// warning: AWS adds names, and refuses one that it does not have.
func doubtful(s *stack.Stack) []string {
	var out []string
	db := s.Claim.Spec.Database
	if class := db.InstanceClass; class != "" && db.Engine != v1alpha1.AuroraMySQL && !awsfacts.KnowsClass(class) {
		out = append(out, fmt.Sprintf("cannot tell whether AWS has the instance class %s: Kasha knows no such class; "+
			"if it is not a new one, correct database.instanceClass; aws rds describe-orderable-db-instance-options "+
			"--engine mysql --db-instance-class %s lists where AWS has it", class, class))
	}
	for name := range db.Parameters {
		if instead, gone := awsfacts.GoneFromMySQL(name); gone {
			do := "remove it"
			if instead != "" {
				do = "write " + instead + " instead, whose values are others"
			}
			out = append(out, fmt.Sprintf("cannot set the parameter %s: MySQL 8.4 no longer has it, and RDS refuses "+
				"the parameters of a claim with it; %s", name, do))
		} else if like, ok := awsfacts.LikeParameter(name); ok {
			out = append(out, fmt.Sprintf("cannot tell whether RDS has the parameter %s: it looks like %s misspelt, "+
				"and RDS refuses the parameters of a claim with an unknown one; correct the name", name, like))
		}
	}
	return out
}

// zonesLack warns about zones in which AWS does not have what the claim uses, by the zone IDs
// that AWS reports of the subnets. The name of a zone does not identify it, because it
// stands for another place in each account.
func zonesLack(s *stack.Stack, p *plan.Plan) []string {
	var out []string
	for i, z := range p.Network.Zones {
		id, known := zoneID(s, p, i)
		if !known {
			continue
		}
		if !awsfacts.HasFargate(s.Region, id) {
			out = append(out,
				fmt.Sprintf("cannot count on tasks in %s: it is the zone %s, in which AWS's list has no Fargate, so "+
					"that all tasks may run in the other zones; to survive the loss of a zone, create a new claim "+
					"with zones whose IDs have Fargate, as docs/network.md says", z.Name, id))
		}
		if of, ok := p.Network.NATZone(z); ok && of == z && awsfacts.WithoutNAT(id) {
			out = append(out,
				fmt.Sprintf("cannot count on a NAT gateway in %s: it is the zone %s, in which AWS has refused NAT "+
					"gateways; %s", z.Name, id, noNAT))
		}
		if s.Claim.Spec.Database.Proxy.Enabled && awsfacts.WithoutProxy(id) {
			out = append(out,
				fmt.Sprintf("cannot count on the proxy in %s: it is the zone %s, in which RDS Proxy does not run; "+
					"AWS leaves the zone out, or refuses the proxy if only one other zone is left; set "+
					"database.proxy.enabled to false, or create a new claim with other zones", z.Name, id))
		}
	}
	return out
}

// zoneID is the ID that AWS reports of the zone of the nth subnets.
func zoneID(s *stack.Stack, p *plan.Plan, n int) (string, bool) {
	for _, tier := range []v1alpha1.SubnetTier{
		v1alpha1.SubnetFrontend, v1alpha1.SubnetBackend, v1alpha1.SubnetPublic, v1alpha1.SubnetData,
	} {
		if id, ok := s.Status(p.Network.Subnets(tier)[n], "availabilityZoneId"); ok {
			return id, true
		}
	}
	return "", false
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
