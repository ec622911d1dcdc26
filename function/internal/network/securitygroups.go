package network

import (
	"slices"
	"strconv"
	"strings"

	"k8s.io/utils/ptr"

	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/rollout"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// groups are the security groups, from the entrance inwards.
func groups(p *plan.Plan) []plan.Group {
	out := []plan.Group{
		{Key: keys.PublicGroup, Description: "Public load balancer"},
		{Key: keys.PublicHTTPSGroup, Description: "Public load balancer over HTTPS"},
		{Key: keys.InternalGroup, Description: "Internal load balancer"},
	}
	for _, w := range p.Workloads {
		if w.OwnGroup {
			out = append(out, plan.Group{Key: w.Group, Description: w.Title() + " tasks"})
		}
	}
	for _, b := range p.Bindings {
		out = append(out, b.Groups()...)
	}
	if len(p.Network.Interface) > 0 {
		out = append(out, plan.Group{Key: keys.EndpointsGroup, Description: "Interface endpoints of AWS services"})
	}
	return out
}

// paths are the connections that security groups allow, from the entrance inwards. All
// others are refused at both ends. DNS needs no path: security groups do not filter the
// VPC's resolver.
func paths(p *plan.Plan) []plan.Path {
	out := []plan.Path{p.Entrance.Path()}
	for _, w := range p.Workloads {
		for _, way := range w.Ways {
			out = append(out, requests(w, way))
		}
		if !w.OwnGroup {
			continue
		}
		out = append(out, plan.Path{
			From: w.Group, To: keys.Internet, Port: plan.HTTPSPort,
			Purpose: "Image pulls, logs and AWS APIs",
		})
		if len(p.Network.Interface) > 0 {
			out = append(out, plan.Path{
				From: w.Group, To: keys.EndpointsGroup, Port: plan.HTTPSPort,
				Purpose: "AWS APIs without NAT",
			})
		}
		for _, b := range w.Uses {
			out = append(out, b.Paths(w)...)
		}
	}
	for _, b := range p.Bindings {
		out = append(out, b.OwnPaths()...)
	}
	return distinct(out)
}

// distinct leaves out paths that are there already. Workloads that share a group and a port share
// a path, and the purpose is that of the first.
func distinct(paths []plan.Path) []plan.Path {
	seen := map[plan.Path]bool{}
	return slices.DeleteFunc(paths, func(p plan.Path) bool {
		p.Purpose = ""
		was := seen[p]
		seen[p] = true
		return was
	})
}

// requests is the path from a load balancer to a workload's tasks.
func requests(w plan.Workload, way plan.Way) plan.Path {
	purpose := "Requests and health checks of the " + w.Name
	if w.Service != "" {
		// Several services may have this path, and it stays when one of them goes.
		purpose = "Requests and health checks of services"
	}
	return plan.Path{From: way.Balancer.Groups[0], To: w.Group, Port: w.Port, Purpose: purpose}
}

// keepOldEntrance keeps the rules that admit CloudFront at its previous entrance until
// CloudFront uses the new one.
func keepOldEntrance(s *stack.Stack, p *plan.Plan) {
	if p.Entrance.Arrived {
		return
	}
	for _, https := range []bool{false, true} {
		s.KeepAllObserved(keys.CloudFrontRules(https), ec2.SecurityGroupRule_GroupVersionKind,
			"Kept until CloudFront uses the new entrance.")
	}
}

func securityGroups(s *stack.Stack, p *plan.Plan) {
	if p.Network.Own {
		defaultSecurityGroup(s)
	}
	for _, g := range groups(p) {
		securityGroup(s, g)
	}
	for _, way := range paths(p) {
		if keys.IsGroup(way.From) {
			securityGroupRule(s, way.From, keys.Egress, way.To, way)
		}
		if keys.IsGroup(way.To) {
			securityGroupRule(s, way.To, keys.Ingress, way.From, way)
		}
	}
	outside(s, p)
	keepOldPorts(s, p)
	keepOldEntrance(s, p)
}

// outside lets tasks open the connections that the claim lists. Workloads that share a group
// may list the same.
func outside(s *stack.Stack, p *plan.Plan) {
	added := map[stack.Key]bool{}
	for _, w := range p.Containers() {
		for _, e := range w.Egress {
			key := keys.OutsideRule(w.Group, e.Protocol+" "+strconv.Itoa(int(e.Port))+" "+e.CIDR+e.PrefixListID)
			if added[key] {
				continue
			}
			added[key] = true
			rule := ec2.SecurityGroupRuleParameters_2{
				Region:             &s.Region,
				Type:               ptr.To(keys.Egress),
				Protocol:           &e.Protocol,
				FromPort:           ptr.To(float64(e.Port)),
				ToPort:             ptr.To(float64(e.Port)),
				SecurityGroupIDRef: s.Ref(w.Group),
				Description:        ptr.To("Egress that the claim lists"),
			}
			if e.PrefixListID != "" {
				rule.PrefixListIds = []*string{&e.PrefixListID}
			} else {
				rule.CidrBlocks = []*string{&e.CIDR}
			}
			s.Add(key, "Lets tasks connect to "+e.CIDR+e.PrefixListID+".",
				&ec2.SecurityGroupRule{Spec: ec2.SecurityGroupRuleSpec{ForProvider: rule}})
		}
	}
}

// keepOldPorts keeps the rules for a port or a load balancer that the claim no longer asks for
// until the workload runs with the new ones. Without them, the old tasks would get neither
// requests nor health checks during the rollout, and neither would a version that ECS rolls
// back to.
func keepOldPorts(s *stack.Stack, p *plan.Plan) {
	for _, w := range p.Workloads {
		if w.Served() && !runsOnItsPort(s, w) {
			for _, way := range w.Ways {
				keepRules(s, requests(w, way), " until it runs on the new port.")
			}
		}
		for _, way := range w.Left {
			keepRules(s, requests(w, way), " until it is deployed without them.")
		}
	}
}

// keepRules keeps the rules between the ends of a path, for all ports.
func keepRules(s *stack.Stack, way plan.Path, until string) {
	var old []stack.Key
	collect := func(k stack.Key, _ stack.Observed) { old = append(old, k) }
	s.ObservedKeys(keys.GroupRules(way.From, keys.Egress, way.To), collect)
	s.ObservedKeys(keys.GroupRules(way.To, keys.Ingress, way.From), collect)
	slices.Sort(old)
	for _, k := range old {
		s.KeepObserved(k, ec2.SecurityGroupRule_GroupVersionKind, way.Purpose+until)
	}
}

// runsOnItsPort tells whether the workload has rolled out and its service uses the
// claim's port.
func runsOnItsPort(s *stack.Stack, w plan.Workload) bool {
	o, ok := s.Observed(keys.Service(w.Name))
	if !ok || w.Rollout.Phase != rollout.RolledOut {
		return false
	}
	on, _ := o.Lookup("spec", "forProvider", "loadBalancer", "0", "containerPort")
	return on == float64(w.Port)
}

// defaultSecurityGroup removes all rules from the security group that AWS gives to
// resources that are created without one.
func defaultSecurityGroup(s *stack.Stack) {
	const key = keys.DefaultSecurityGroup
	s.Add(key, "The VPC's default security group, which allows nothing.",
		&ec2.DefaultSecurityGroup{Spec: ec2.DefaultSecurityGroupSpec{ForProvider: ec2.DefaultSecurityGroupParameters{
			Region:   &s.Region,
			VPCIDRef: s.Ref(keys.VPC),
			Tags:     s.Tags(key),
		}}})
}

func securityGroup(s *stack.Stack, g plan.Group) {
	s.Add(g.Key, "Security group: "+g.Description+".",
		&ec2.SecurityGroup{Spec: ec2.SecurityGroupSpec{ForProvider: ec2.SecurityGroupParameters_2{
			Region:      &s.Region,
			Name:        ptr.To(s.Name(strings.TrimPrefix(string(g.Key), "sg-"), plan.LimitName)),
			Description: &g.Description,
			VPCIDRef:    s.Ref(keys.VPC),
			// Rules refer to other groups, and AWS does not delete a group that another
			// group's rule refers to.
			RevokeRulesOnDelete: ptr.To(true),
			Tags:                s.Tags(g.Key),
		}}})
}

// securityGroupRule is one end of a path. AWS cannot change a rule, so its key
// carries what a claim can change: the port and the prefix list.
func securityGroupRule(s *stack.Stack, group stack.Key, direction string, peer stack.Key, way plan.Path) {
	key := keys.GroupRule(group, direction, peer, way.Port)
	rule := ec2.SecurityGroupRuleParameters_2{
		Region:             &s.Region,
		Type:               &direction,
		Protocol:           ptr.To("tcp"),
		FromPort:           ptr.To(float64(way.Port)),
		ToPort:             ptr.To(float64(way.Last())),
		SecurityGroupIDRef: s.Ref(group),
		Description:        &way.Purpose,
	}
	var opts []stack.Option
	switch peer {
	case keys.CloudFront:
		// The list counts as 55 of the 60 rules that a security group may have by
		// default, so there is room for one rule with it:
		// https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
		list := originPrefixList(s)
		rule.PrefixListIds = []*string{&list}
		key = keys.PrefixListRule(key, list)
		opts = append(opts, stack.When(list != "",
			"spec.edge.originPrefixListID, because this region's prefix list is not known"))
	case keys.Internet:
		rule.CidrBlocks = []*string{ptr.To(anywhere)}
	default:
		rule.SourceSecurityGroupIDRef = s.Ref(peer)
	}
	s.Add(key, way.Purpose+".", &ec2.SecurityGroupRule{Spec: ec2.SecurityGroupRuleSpec{ForProvider: rule}}, opts...)
}

// originPrefixList is the region's list of the addresses that CloudFront
// connects from.
func originPrefixList(s *stack.Stack) string {
	if id := s.Claim.Spec.Edge.OriginPrefixListID; id != "" {
		return id
	}
	id, _ := awsfacts.CloudFrontPrefixList(s.Region)
	return id
}
