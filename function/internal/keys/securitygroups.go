package keys

import (
	"strconv"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Keys of the security groups that belong to no workload. The public load balancer has one
// group for HTTP and one for HTTPS: CloudFront's prefix list counts as 55 of the 60 rules
// that a group may have, and both ports must be open while a claim changes from one
// protocol to the other.
// https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
const (
	PublicGroup      = stack.Key("sg-alb")
	PublicHTTPSGroup = stack.Key("sg-alb-https")
	InternalGroup    = stack.Key("sg-backend-alb")
	DatabaseGroup    = stack.Key("sg-db")
	ProxyGroup       = stack.Key("sg-db-proxy")
	CacheGroup       = stack.Key("sg-cache")
	RotationGroup    = stack.Key("sg-rotation")
	EndpointsGroup   = stack.Key("sg-endpoints")
)

// WorkloadGroup is the key of the security group of a workload's tasks.
func WorkloadGroup(workload string) stack.Key { return join("sg-", workload) }

// Peers in a path that are not security groups.
const (
	CloudFront = stack.Key("cloudfront")
	Internet   = stack.Key("internet")
)

// IsGroup tells whether a peer in a path is a security group.
func IsGroup(end stack.Key) bool { return strings.HasPrefix(string(end), "sg-") }

// Directions of a security group rule, as AWS calls them.
const (
	Ingress = "ingress"
	Egress  = "egress"
)

// GroupRules is the prefix of the keys of a security group's rules for one peer, for all
// ports.
func GroupRules(group stack.Key, direction string, peer stack.Key) string {
	word := "-to-"
	if direction == Ingress {
		word = "-from-"
	}
	return "sgrule-" + strings.TrimPrefix(string(group), "sg-") + word + strings.TrimPrefix(string(peer), "sg-") + "-"
}

// GroupRule is the key of a security group's rule for one peer and port. AWS
// cannot change a rule.
func GroupRule(group stack.Key, direction string, peer stack.Key, port int32) stack.Key {
	return join(GroupRules(group, direction, peer), strconv.Itoa(int(port)))
}

// OutsideRule is the key of a rule for a destination outside of the claim, which a digest
// tells from others. AWS cannot change a rule.
func OutsideRule(group stack.Key, content string) stack.Key {
	return join(GroupRules(group, Egress, "outside"), stack.Digest(content))
}

// PrefixListRule is the key of a rule whose peer is a prefix list.
func PrefixListRule(rule stack.Key, list string) stack.Key { return rule + "-" + stack.Key(list) }

// CloudFrontRules is the prefix of the keys of the rules that admit CloudFront.
func CloudFrontRules(https bool) string {
	if https {
		return GroupRules(PublicHTTPSGroup, Ingress, CloudFront)
	}
	return GroupRules(PublicGroup, Ingress, CloudFront)
}
