package keys

import (
	"strings"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Keys of the resources between viewers and the load balancer.
const (
	Distribution      = stack.Key("distribution")
	ResponseHeaders   = stack.Key("responseheaders")
	CachePolicy       = stack.Key("cachepolicy")
	VPCOrigin         = stack.Key("vpcorigin")
	WebACL            = stack.Key("webacl")
	WebACLLogging     = stack.Key("logging-waf")
	WebACLLogGroup    = stack.Key("loggroup-waf")
	AccessLogs        = stack.Key("bucket-accesslogs")
	Static            = stack.Key("bucket-static")
	StaticAccess      = stack.Key("originaccess-static")
	StaticPaths       = stack.Key("edgefunction-static")
	StaticCode        = stack.Key("edgecode-static")
	ZonePrefix        = "zone-"
	CertificatePrefix = "certificate-"
	OriginRecords     = "record-origin-"
)

// AddressSet is the key of one of the firewall's address lists.
func AddressSet(name string) stack.Key { return join("ipset-", name) }

// Zone is the key of a domain's hosted zone. AWS cannot rename a hosted zone.
func Zone(domain string) stack.Key { return join(ZonePrefix, stack.Digest(domain)) }

// Places that need a certificate.
const (
	AtEdge   = "edge"
	AtOrigin = "origin"
	Inside   = "internal"
)

// Certificate is the key of a certificate. AWS cannot change a certificate's names.
func Certificate(where string, names []string) stack.Key {
	return join(CertificatePrefix, certified(where, names))
}

// Validation is the key of the resource that waits until a certificate is issued.
func Validation(where string, names []string) stack.Key {
	return join("validation-", certified(where, names))
}

func certified(where string, names []string) string {
	return where + "-" + stack.Digest(strings.Join(names, " "))
}

// Record is the key of one of a name's records. AWS cannot move a record to another name
// or zone. The argument what is a, aaaa, origin or validation; zone is the hosted zone's ID
// in the claim.
func Record(what, zone, name string) stack.Key {
	return stack.Key("record-" + what + "-" + stack.Digest(zone+" "+name))
}
