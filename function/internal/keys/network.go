package keys

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Keys of the resources that a VPC has once.
const (
	VPC                  = stack.Key("vpc")
	InternetGateway      = stack.Key("igw")
	DefaultNetworkACL    = stack.Key("nacl-default")
	DefaultSecurityGroup = stack.Key("sg-default")
)

// Prefixes of the keys of the routes out of the VPC, their NAT gateways and addresses.
// Resources with these keys are kept while another resource uses them.
const (
	EIPPrefix          = "eip-"
	NATGatewayPrefix   = "nat-"
	PrivateRoutePrefix = "route-private-"
)

// In keys, a zone is the letter at the end of its name.

// Subnet is the key of a zone's subnet in a tier.
func Subnet(tier v1alpha1.SubnetTier, zone string) stack.Key {
	return stack.Key("subnet-" + string(tier) + "-" + zone)
}

// SubnetAssociation is the key of the association of a subnet with its route table.
func SubnetAssociation(subnet stack.Key) stack.Key { return "association-" + subnet }

// EIP is the key of the Elastic IP address of a zone's NAT gateway.
func EIP(zone string) stack.Key { return join(EIPPrefix, zone) }

// NATGateway is the key of a zone's NAT gateway.
func NATGateway(zone string) stack.Key { return join(NATGatewayPrefix, zone) }

// Names of route tables and of their default routes.
const (
	PublicRoutes = "public"
	DataRoutes   = "data"
)

// PrivateRoutes is the name of the route table of a zone's frontend and backend
// subnets.
func PrivateRoutes(zone string) string { return "private-" + zone }

// RouteTable is the key of a route table.
func RouteTable(name string) stack.Key { return join("routetable-", name) }

// Route is the key of a route table's default route.
func Route(name string) stack.Key { return join("route-", name) }

// FlowLog is the key of the VPC's flow log. AWS cannot change its aggregation interval,
// which is in seconds.
func FlowLog(seconds int) stack.Key { return join("flowlog-", strconv.Itoa(seconds)) }

// NetworkACL is the key of a tier's network ACL.
func NetworkACL(tier v1alpha1.SubnetTier) stack.Key { return join("nacl-", tier) }

// NetworkACLRules is the prefix of the keys of the rules with one number in a network ACL.
// The direction is in or out.
func NetworkACLRules(tier v1alpha1.SubnetTier, direction string, number int32) string {
	return fmt.Sprintf("naclrule-%s-%s-%d-", tier, direction, number)
}

// NetworkACLRule is the key of a network ACL rule with this content. AWS cannot change a
// rule.
func NetworkACLRule(tier v1alpha1.SubnetTier, direction string, number int32, content string) stack.Key {
	return join(NetworkACLRules(tier, direction, number), stack.Digest(content))
}

// S3Endpoint is the key of the gateway endpoint of S3.
const S3Endpoint = stack.Key("endpoint-s3")

// TablesEndpoint is the key of the gateway endpoint of DynamoDB.
const TablesEndpoint = stack.Key("endpoint-dynamodb")

// Endpoint is the key of the interface endpoint of a service.
func Endpoint(service v1alpha1.InterfaceEndpoint) stack.Key {
	return join("endpoint-", strings.ReplaceAll(string(service), ".", "-"))
}

// EndpointRoutes is the key of the association of a gateway endpoint with a zone's private
// route table.
func EndpointRoutes(endpoint stack.Key, zone string) stack.Key {
	return endpoint + "-" + stack.Key(PrivateRoutes(zone))
}

// EndpointAddress is the key of an interface endpoint's address in a zone.
func EndpointAddress(endpoint stack.Key, zone string) stack.Key {
	return endpoint + "-backend-" + stack.Key(zone)
}

// EndpointGroup is the key of the association of an interface endpoint with its security
// group.
func EndpointGroup(endpoint stack.Key) stack.Key { return endpoint + "-sg" }
