package kinds

import (
	"strings"

	route53 "github.com/upbound/provider-aws/v2/apis/namespaced/route53/v1beta1"
)

var route53Kinds = []Record{
	{
		GVK: route53.Record_GroupVersionKind, Object: &route53.Record{},
		Keys: []string{"record-*"},
		Actions: []string{
			"route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets", "route53:GetHostedZone",
			"route53:GetChange",
		},
		Proofs:    []Proof{{Field: "fqdn"}},
		Immutable: []string{"zoneId", "name", "type"},
		Simulated: func(a *Answer) {
			a.At["id"] = a.param("zoneId") + "_" + a.param("name") + "_" + a.param("type")
			a.At["fqdn"] = strings.TrimSuffix(a.param("name"), ".")
		},
	},
	{
		GVK: route53.Zone_GroupVersionKind, Object: &route53.Zone{},
		Keys: []string{"zone-*"},
		Actions: []string{
			"route53:CreateHostedZone", "route53:GetHostedZone", "route53:GetChange",
			"route53:UpdateHostedZoneComment", "route53:DeleteHostedZone", "route53:GetDNSSEC",
			"route53:ListResourceRecordSets", "route53:ChangeTagsForResource", "route53:ListTagsForResource",
		},
		Proofs:                 []Proof{{Field: "zoneId"}},
		Loss:                   "the domain's hosted zone: the domain does not resolve until it is delegated again",
		RetainedWhileProtected: true,
		Immutable:              []string{"name"},
		Simulated: func(a *Answer) {
			a.At["id"] = "Z" + strings.ToUpper(a.hash(13))
			a.At["zoneId"] = a.At["id"]
			a.At["arn"] = "arn:aws:route53:::hostedzone/" + a.id()
			a.At["nameServers"] = []any{
				"ns-1.awsdns-01.org", "ns-2.awsdns-02.com", "ns-3.awsdns-03.net", "ns-4.awsdns-04.co.uk",
			}
		},
	},
}
