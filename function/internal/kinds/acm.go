package kinds

import (
	"fmt"
	"slices"
	"strings"

	acm "github.com/upbound/provider-aws/v2/apis/namespaced/acm/v1beta1"
)

var acmKinds = []Record{
	{
		GVK: acm.Certificate_GroupVersionKind, Object: &acm.Certificate{},
		Keys: []string{"certificate-*"},
		Actions: []string{
			"acm:RequestCertificate", "acm:DescribeCertificate", "acm:DeleteCertificate",
			"acm:UpdateCertificateOptions", "acm:AddTagsToCertificate", "acm:RemoveTagsFromCertificate",
			"acm:ListTagsForCertificate",
		},
		Proofs: []Proof{{Field: "arn"}},
		Immutable: []string{
			"domainName", "subjectAlternativeNames", "validationMethod", "keyAlgorithm", "region",
		},
		Simulated: certificate,
	},
	{
		GVK: acm.CertificateValidation_GroupVersionKind, Object: &acm.CertificateValidation{},
		Keys:      []string{"validation-*"},
		Actions:   []string{"acm:DescribeCertificate"},
		Proofs:    []Proof{{Field: "certificateArn"}},
		Immutable: []string{"certificateArnRef", "validationRecordFqdns"},
		Simulated: func(a *Answer) { a.At["id"] = "2026-01-02 03:04:05 +0000 UTC" },
	},
}

// certificate asks for a proof of each name, in no particular order. The DNS record
// depends on the name alone, not on the certificate.
func certificate(a *Answer) {
	a.arn("acm", "certificate/"+a.hash(12))
	a.At["id"] = a.At["arn"]
	a.At["status"] = "PENDING_VALIDATION"
	names := []any{a.Params["domainName"]}
	if more, ok := a.Params["subjectAlternativeNames"].([]any); ok {
		names = append(names, more...)
	}
	slices.SortFunc(names, func(x, y any) int {
		return strings.Compare(Digest(fmt.Sprint(x), 8), Digest(fmt.Sprint(y), 8))
	})
	options := make([]any, 0, len(names))
	for _, n := range names {
		name := fmt.Sprint(n)
		options = append(options, map[string]any{
			"domainName":          name,
			"resourceRecordName":  "_" + Digest(name, 32) + "." + name + ".",
			"resourceRecordType":  "CNAME",
			"resourceRecordValue": "_" + Digest("value "+name, 32) + ".acm-validations.aws.",
		})
	}
	a.At["domainValidationOptions"] = options
}
