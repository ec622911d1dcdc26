package network

import (
	"slices"
	"strconv"
	"strings"

	"k8s.io/utils/ptr"

	ec2 "github.com/upbound/provider-aws/v2/apis/namespaced/ec2/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/awsfacts"
	"github.com/kasha-platform/kasha/function/internal/rollout"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Ends of a path. Those that begin with sg- are the keys of security groups.
const (
	cloudFront = "cloudfront"
	internet   = "internet"

	alb        = "sg-alb"
	albHTTPS   = "sg-alb-https"
	frontend   = "sg-frontend"
	backendALB = "sg-backend-alb"
	backend    = "sg-backend"
	database   = "sg-db"
	proxy      = "sg-db-proxy"
	rotation   = "sg-rotation"
	endpoint   = "sg-endpoints"
)

const (
	httpPort  = 80
	httpsPort = 443
	mysqlPort = 3306
)

// descriptions of the security groups. AWS cannot change a description, nor can
// it take an apostrophe:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
var descriptions = []struct{ group, text string }{
	{alb, "Public load balancer"},
	{albHTTPS, "Public load balancer over HTTPS"},
	{frontend, "Frontend tasks"},
	{backendALB, "Internal load balancer"},
	{backend, "Backend tasks"},
	{database, "Database"},
	{proxy, "Connection pool of the database"},
	{rotation, "Rotation of the database password"},
	{endpoint, "Interface endpoints of AWS services"},
}

// A path is who may open connections to whom on which port. What no path allows
// is refused at both ends. Names are still resolved: security groups do not
// filter the VPC's own resolver.
type path struct {
	from, to string
	port     int32
	purpose  string
}

// paths follow a request inwards. The database has no path out.
func paths(s *stack.Stack) []path {
	out := []path{
		entrance(s),
		{alb, frontend, s.Claim.Spec.Frontend.Port, "Requests and health checks of the frontend"},
		{frontend, backendALB, httpPort, "Frontend to the internal load balancer"},
		{backendALB, backend, s.Claim.Spec.Backend.Port, "Requests and health checks of the backend"},
		{backend, database, mysqlPort, "Backend to MySQL"},
		{frontend, internet, httpsPort, "Image pulls, logs and AWS APIs"},
		{backend, internet, httpsPort, "Image pulls, logs and AWS APIs"},
	}
	if s.HasProxy() {
		out = append(out,
			path{backend, proxy, mysqlPort, "Backend to the connection pool"},
			path{proxy, database, mysqlPort, "Connection pool to MySQL"},
		)
	}
	if s.RotatedByApplication() {
		out = append(out,
			path{rotation, database, mysqlPort, "Password rotation to MySQL"},
			path{rotation, internet, httpsPort, "Secrets Manager"},
		)
	}
	if hasInterfaceEndpoints(s) {
		out = append(out,
			path{frontend, endpoint, httpsPort, "AWS APIs without NAT"},
			path{backend, endpoint, httpsPort, "AWS APIs without NAT"},
		)
		if s.RotatedByApplication() {
			out = append(out, path{rotation, endpoint, httpsPort, "Secrets Manager without NAT"})
		}
	}
	return out
}

// entrance is CloudFront's way in.
func entrance(s *stack.Stack) path {
	if s.HTTPS() {
		return path{cloudFront, albHTTPS, httpsPort, "CloudFront to the public load balancer over HTTPS"}
	}
	return path{cloudFront, alb, httpPort, "CloudFront to the public load balancer"}
}

// keepOldEntrance holds on to the other way in until CloudFront has left it.
func keepOldEntrance(s *stack.Stack) {
	if s.Arrived() {
		return
	}
	for _, https := range []bool{false, true} {
		s.KeepAll(stack.CloudFrontRulePrefix(https), ec2.SecurityGroupRule_GroupVersionKind, "CloudFront's way in until it has another.")
	}
}

func securityGroups(s *stack.Stack) {
	if s.OwnNetwork() {
		defaultSecurityGroup(s)
	}
	for _, d := range descriptions {
		if !exists(s, d.group) {
			continue
		}
		securityGroup(s, stack.Key(d.group), d.text)
	}
	for _, p := range paths(s) {
		if isGroup(p.from) {
			securityGroupRule(s, p.from, "egress", p.to, p)
		}
		if isGroup(p.to) {
			securityGroupRule(s, p.to, "ingress", p.from, p)
		}
	}
	keepOldPorts(s)
	keepOldEntrance(s)
}

// exists tells whether a group has anything to guard.
func exists(s *stack.Stack, group string) bool {
	switch group {
	case endpoint:
		return hasInterfaceEndpoints(s)
	case proxy:
		return s.HasProxy()
	case rotation:
		return s.RotatedByApplication()
	}
	return true
}

// keepOldPorts holds on to the rules for a port that the claim no longer asks for
// until the service runs on the new one. Without them the old tasks would get
// neither requests nor health checks during the rollout, nor would a version
// that ECS goes back to.
func keepOldPorts(s *stack.Stack) {
	for _, svc := range []struct {
		name, from, to string
		port           int32
	}{
		{"frontend", alb, frontend, s.Claim.Spec.Frontend.Port},
		{"backend", backendALB, backend, s.Claim.Spec.Backend.Port},
	} {
		if runsOn(s, svc.name, svc.port) {
			continue
		}
		var keys []stack.Key
		collect := func(k stack.Key, _ stack.Observed) { keys = append(keys, k) }
		s.ObservedKeys(rulePrefix(svc.from, "egress", svc.to), collect)
		s.ObservedKeys(rulePrefix(svc.to, "ingress", svc.from), collect)
		slices.Sort(keys)
		for _, k := range keys {
			s.Keep(k, ec2.SecurityGroupRule_GroupVersionKind, "Requests and health checks of the "+svc.name+" until it runs on another port.")
		}
	}
}

// runsOn tells whether a service demonstrably runs on a port, and on no other.
func runsOn(s *stack.Stack, service string, port int32) bool {
	o, ok := s.Observed(rollout.ServiceKey(service))
	if !ok || rollout.Observe(s, service).Phase != rollout.RolledOut {
		return false
	}
	on, _ := o.Lookup("spec", "forProvider", "loadBalancer", "0", "containerPort")
	return on == float64(port)
}

// defaultSecurityGroup takes all rules from the group that AWS gives to whatever
// is made without one.
func defaultSecurityGroup(s *stack.Stack) {
	const key = stack.Key("sg-default")
	s.Add(key, "The VPC's default security group, which allows nothing.", &ec2.DefaultSecurityGroup{Spec: ec2.DefaultSecurityGroupSpec{ForProvider: ec2.DefaultSecurityGroupParameters{
		Region:   &s.Region,
		VPCIDRef: s.Ref("vpc"),
		Tags:     s.Tags(key),
	}}})
}

func securityGroup(s *stack.Stack, key stack.Key, description string) {
	s.Add(key, "Guards: "+description+".", &ec2.SecurityGroup{Spec: ec2.SecurityGroupSpec{ForProvider: ec2.SecurityGroupParameters_2{
		Region:      &s.Region,
		Name:        ptr.To(s.Name(strings.TrimPrefix(string(key), "sg-"), stack.LimitName)),
		Description: ptr.To(description),
		VPCIDRef:    s.Ref("vpc"),
		// Groups name each other in their rules, and AWS deletes no group that
		// another names.
		RevokeRulesOnDelete: ptr.To(true),
		Tags:                s.Tags(key),
	}}})
}

// securityGroupRule is one end of a path. AWS cannot change a rule, so its key
// carries what a claim can change: the port and the prefix list.
func securityGroupRule(s *stack.Stack, group, direction, peer string, p path) {
	key := ruleKey(group, direction, peer, p.port)
	rule := ec2.SecurityGroupRuleParameters_2{
		Region:             &s.Region,
		Type:               ptr.To(direction),
		Protocol:           ptr.To("tcp"),
		FromPort:           ptr.To(float64(p.port)),
		ToPort:             ptr.To(float64(p.port)),
		SecurityGroupIDRef: s.Ref(stack.Key(group)),
		Description:        ptr.To(p.purpose),
	}
	var opts []stack.Option
	switch peer {
	case cloudFront:
		// The list weighs 55 of the 60 rules that a security group may have by
		// default, so there is room for one rule with it:
		// https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
		list := originPrefixList(s)
		rule.PrefixListIds = []*string{&list}
		key += "-" + stack.Key(list)
		opts = append(opts, stack.When(list != "", "spec.edge.originPrefixListID, since the list of this region is not known"))
	case internet:
		rule.CidrBlocks = []*string{ptr.To(anywhere)}
	default:
		rule.SourceSecurityGroupIDRef = s.Ref(stack.Key(peer))
	}
	s.Add(key, p.purpose+".", &ec2.SecurityGroupRule{Spec: ec2.SecurityGroupRuleSpec{ForProvider: rule}}, opts...)
}

func ruleKey(group, direction, peer string, port int32) stack.Key {
	return stack.Key(rulePrefix(group, direction, peer) + strconv.Itoa(int(port)))
}

// rulePrefix begins the keys of the rules of one path, whatever their port.
func rulePrefix(group, direction, peer string) string {
	word := "-to-"
	if direction == "ingress" {
		word = "-from-"
	}
	return "sgrule-" + strings.TrimPrefix(group, "sg-") + word + strings.TrimPrefix(peer, "sg-") + "-"
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

func isGroup(end string) bool { return strings.HasPrefix(end, "sg-") }

func hasInterfaceEndpoints(s *stack.Stack) bool {
	return len(s.Claim.Spec.Network.Endpoints.Interface) > 0
}
