package keys

import (
	"strings"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Keys of what stands between viewers and the load balancer.
const (
	Distribution      = stack.Key("distribution")
	ResponseHeaders   = stack.Key("responseheaders")
	VPCOrigin         = stack.Key("vpcorigin")
	WebACL            = stack.Key("webacl")
	WebACLLogging     = stack.Key("logging-waf")
	WebACLLogGroup    = stack.Key("loggroup-waf")
	AccessLogs        = stack.Key("bucket-accesslogs")
	ZonePrefix        = "zone-"
	CertificatePrefix = "certificate-"
	OriginRecords     = "record-origin-"
)

// AddressSet is the key of a list of addresses that the firewall knows.
func AddressSet(name string) stack.Key { return join("ipset-", name) }

// Zone is the key of a domain's hosted zone. AWS cannot rename one.
func Zone(domain string) stack.Key { return join(ZonePrefix, stack.Digest(domain)) }

// A place that needs a certificate.
const (
	AtEdge   = "edge"
	AtOrigin = "origin"
)

// Certificate is the key of a certificate. AWS cannot change its names.
func Certificate(where string, names []string) stack.Key {
	return join(CertificatePrefix, certified(where, names))
}

// Validation is the key of what waits until a certificate is issued.
func Validation(where string, names []string) stack.Key {
	return join("validation-", certified(where, names))
}

func certified(where string, names []string) string {
	return where + "-" + stack.Digest(strings.Join(names, " "))
}

// Record is the key of one of a name's records. AWS can move a record neither to
// another name nor to another zone. What is a, aaaa, origin or validation; zone is
// the ID of the hosted zone as the claim names it.
func Record(what, zone, name string) stack.Key {
	return stack.Key("record-" + what + "-" + stack.Digest(zone+" "+name))
}
