package validate

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/plan"
)

const (
	minVPCBits = 16
	maxVPCBits = 19
	maxRule    = 99
	maxPort    = 65535
)

// CIDRHoldsSubnets requires a range that AWS allows for a VPC (/16 or smaller) and whose
// subnets, each a 256th of it, have room for the tasks and databases in them.
func CIDRHoldsSubnets(p *plan.Plan) []error {
	v := p.Claim.Spec.Network.CIDR
	vpc, ok := network(v)
	if !ok || vpc.Bits() < minVPCBits || vpc.Bits() > maxVPCBits {
		return one("spec.network.cidr", "cannot use %q: it must be an IPv4 network address with a prefix length of "+
			"%d to %d; write for example 10.0.0.0/16", v, minVPCBits, maxVPCBits)
	}
	return nil
}

// network parses an IPv4 network. It returns false where the host bits are not zero.
func network(s string) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(s)
	return p, err == nil && p.Addr().Is4() && p == p.Masked()
}

// DenyRulesAreDistinct requires well-formed rules, and one rule for each number: of two
// rules with the same number AWS keeps the one that was created last.
func DenyRulesAreDistinct(p *plan.Plan) []error {
	c := p.Claim
	type place struct {
		subnets   v1alpha1.SubnetTier
		direction v1alpha1.Direction
		number    int32
	}
	seen := map[place]int{}

	var errs []error
	for i, r := range c.Spec.Network.DenyRules {
		field := fmt.Sprintf("spec.network.denyRules[%d]", i)
		errs = append(errs, denyRule(field, r)...)

		at := place{r.Subnets, r.Direction, r.Number}
		if first, ok := seen[at]; ok {
			errs = append(errs, refuse(field+".number", "cannot use %d: denyRules[%d] has the same number for %s %s, "+
				"and AWS would keep only one of them; "+
				"give each rule a number of its own", r.Number, first, r.Subnets, r.Direction))
			continue
		}
		seen[at] = i
	}
	return errs
}

func denyRule(field string, r v1alpha1.DenyRule) []error {
	var errs []error
	switch r.Subnets {
	case v1alpha1.SubnetPublic, v1alpha1.SubnetFrontend, v1alpha1.SubnetBackend, v1alpha1.SubnetData:
	default:
		errs = append(errs, refuse(field+".subnets", "cannot use %q: there are no such subnets; "+
			"write public, frontend, backend or data", r.Subnets))
	}
	if r.Direction != v1alpha1.Ingress && r.Direction != v1alpha1.Egress {
		errs = append(errs, refuse(field+".direction", "cannot use %q: traffic has two directions; "+
			"write Ingress or Egress", r.Direction))
	}
	if r.Number < 1 || r.Number > maxRule {
		errs = append(errs, refuse(field+".number", "cannot use %d: the rule that allows all other traffic has "+
			"number 100; use 1 to %d", r.Number, maxRule))
	}
	if _, ok := network(r.CIDR); !ok {
		errs = append(errs, refuse(field+".cidr", "cannot use %q: it must be an IPv4 network address with a prefix "+
			"length; write for example 203.0.113.0/24", r.CIDR))
	}
	if !portsFit(r) {
		errs = append(errs, refuse(field, "cannot use the protocol %q with these ports: "+
			"tcp and udp need fromPort <= toPort of 0 to %d, and all takes no ports; "+
			"set or remove the ports", r.Protocol, maxPort))
	}
	return errs
}

func portsFit(r v1alpha1.DenyRule) bool {
	switch r.Protocol {
	case "all":
		return r.FromPort == nil && r.ToPort == nil
	case "tcp", "udp":
		return r.FromPort != nil && r.ToPort != nil &&
			0 <= *r.FromPort && *r.FromPort <= *r.ToPort && *r.ToPort <= maxPort
	}
	return false
}

// needsWithoutNAT are the endpoints that tasks need without NAT gateways, and for what
// purpose. Image layers come from S3, whose gateway endpoint always exists.
var needsWithoutNAT = []struct {
	service v1alpha1.InterfaceEndpoint
	purpose string
	// needed is nil for what every claim needs.
	needed func(p *plan.Plan) bool
}{
	{"ecr.api", "pull images", nil},
	{"ecr.dkr", "pull images", nil},
	{"logs", "write logs", nil},
	{"secretsmanager", "read the database's credentials", nil},
	{"sqs", "use the queues", func(p *plan.Plan) bool { return len(p.Claim.Spec.Queues) > 0 }},
	{"ssm", "read the parameters", readsParameters},
	{"ssmmessages", "open shells", (*plan.Plan).HasExec},
	// The agent of ECS Exec decrypts sessions in the task.
	{"kms", "open shells", (*plan.Plan).HasExec},
}

// readsParameters tells whether a container of the claim has a variable from the Parameter
// Store.
func readsParameters(p *plan.Plan) bool {
	return slices.ContainsFunc(p.Parts(), func(c plan.WorkloadPart) bool {
		for _, v := range c.Secrets {
			if v.ParameterARN != "" {
				return true
			}
		}
		return false
	})
}

// TasksReachAWS requires, without NAT gateways, the interface endpoints that tasks need
// and images that can be pulled through them.
func TasksReachAWS(p *plan.Plan) []error {
	c := p.Claim
	if c.Spec.Network.NATGateways != v1alpha1.NATNone {
		return nil
	}
	var errs []error
	var missing, purposes []string
	for _, n := range needsWithoutNAT {
		if n.needed != nil && !n.needed(p) || slices.Contains(c.Spec.Network.Endpoints.Interface, n.service) {
			continue
		}
		missing = append(missing, string(n.service))
		if !slices.Contains(purposes, n.purpose) {
			purposes = append(purposes, n.purpose)
		}
	}
	if len(missing) > 0 {
		errs = append(errs, refuse("spec.network.endpoints.interface", "cannot run tasks without NAT gateways: "+
			"they could not %s; add %s, or set natGateways to Single or PerZone",
			strings.Join(purposes, ", "), strings.Join(missing, ", ")))
	}
	for _, s := range p.Parts() {
		if region, ok := awsfacts.ECREndpointRegion(s.Image); !ok || region != c.Spec.Region {
			errs = append(errs, refuse(s.Field+".image", "cannot pull %q without NAT gateways: "+
				"the endpoints reach only ECR in %s; push the image to the repository in status.services or use a "+
				"pull-through cache in that region, or set natGateways to Single or PerZone", s.Image, c.Spec.Region))
		}
	}
	return errs
}

var (
	vpcID    = regexp.MustCompile(`^vpc-[0-9a-f]{8,17}$`)
	subnetID = regexp.MustCompile(`^subnet-[0-9a-f]{8,17}$`)
)

// ExistingNetworkIsWhole requires an existing network to have a subnet for every tier and
// zone, and rejects fields that would change the network.
func ExistingNetworkIsWhole(p *plan.Plan) []error {
	c := p.Claim
	const field = "spec.network.existing"
	n := c.Spec.Network
	if n.Existing == nil {
		return nil
	}
	var errs []error
	if !vpcID.MatchString(n.Existing.VPCID) {
		errs = append(errs, refuse(field+".vpcID", "cannot use %q: it is not the ID of a VPC; "+
			"write for example vpc-0123456789abcdef0", n.Existing.VPCID))
	}
	zones := len(c.Spec.AvailabilityZones)
	for _, tier := range []v1alpha1.SubnetTier{
		v1alpha1.SubnetPublic, v1alpha1.SubnetFrontend, v1alpha1.SubnetBackend, v1alpha1.SubnetData,
	} {
		at := fmt.Sprintf("%s.%sSubnetIDs", field, tier)
		errs = append(errs, tierSubnets(at, n.Existing.Subnets(tier), zones)...)
	}
	if n.NATGateways != "" {
		errs = append(errs, refuse("spec.network.natGateways", "cannot choose NAT gateways for an existing network: "+
			"the claim does not change it; remove natGateways"))
	}
	if len(n.DenyRules) > 0 {
		errs = append(errs, refuse("spec.network.denyRules", "cannot add deny rules to an existing network: "+
			"the claim does not change it; remove denyRules, and add the rules to your network ACLs"))
	}
	if len(n.Endpoints.Interface) > 0 {
		errs = append(errs,
			refuse("spec.network.endpoints.interface", "cannot create endpoints in an existing network: "+
				"they would change how all its clients resolve the names of AWS services; "+
				"remove endpoints.interface, and create the endpoints yourself"))
	}
	if n.Endpoints.Policy != "" {
		errs = append(errs, refuse("spec.network.endpoints.policy", "cannot set a policy for the endpoints of an "+
			"existing network: the claim does not change it; "+
			"remove endpoints.policy, and set the policies of your endpoints yourself"))
	}
	return errs
}

func tierSubnets(field string, ids v1alpha1.SubnetIDs, zones int) []error {
	var errs []error
	// Missing zones are reported by ZonesAreOfRegion.
	if zones > 0 && len(ids) != zones {
		errs = append(errs, refuse(field, "cannot use %d subnets in %d zones: "+
			"every tier needs one subnet for each availability zone; "+
			"list one subnet for each zone, in their order", len(ids), zones))
	}
	for i, id := range ids {
		switch {
		case !subnetID.MatchString(id):
			errs = append(errs, refuse(field, "cannot use %q: it is not the ID of a subnet; "+
				"write for example subnet-0123456789abcdef0", id))
		case slices.Contains(ids[:i], id):
			errs = append(errs, refuse(field, "cannot use %q twice: each availability zone has a subnet of its own; "+
				"list one subnet for each zone", id))
		}
	}
	return errs
}

// OriginIsKnown requires the ID of CloudFront's prefix list: without it, the public load
// balancer would be open to all addresses or to none, and with another one, to addresses
// that its author chooses. A living claim keeps the list that it has.
func OriginIsKnown(p *plan.Plan) []error {
	c := p.Claim
	if len(RegionHasCloudFront(p)) > 0 {
		return nil
	}
	const field = "spec.edge.originPrefixListID"
	given := c.Spec.Edge.OriginPrefixListID
	switch known, ok := awsfacts.CloudFrontPrefixList(c.Spec.Region); {
	case ok && given != "" && given != known && listForm.MatchString(given) && !p.AdmitsPrefixList(given):
		return one(field, "cannot use %q in %q: only CloudFront may reach the load balancer, and its prefix list in "+
			"this region is %s; remove originPrefixListID", given, c.Spec.Region, known)
	case !ok && given == "":
		return one(field, "cannot leave it empty in %q: only CloudFront may reach the load "+
			"balancer, and Kasha does not know the ID of its prefix list in this region; "+
			"set it to the ID that aws ec2 describe-managed-prefix-lists shows there for "+
			"com.amazonaws.global.cloudfront.origin-facing", c.Spec.Region)
	}
	return nil
}
