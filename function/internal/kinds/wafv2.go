package kinds

import wafv2 "github.com/upbound/provider-aws/v2/apis/namespaced/wafv2/v1beta1"

var wafv2Kinds = []Record{
	{
		GVK: wafv2.IPSet_GroupVersionKind, Object: &wafv2.IPSet{},
		Keys: []string{"ipset-*"},
		Actions: []string{
			"wafv2:CreateIPSet", "wafv2:GetIPSet", "wafv2:UpdateIPSet", "wafv2:DeleteIPSet", "wafv2:TagResource",
			"wafv2:UntagResource", "wafv2:ListTagsForResource",
		},
		Proofs:    []Proof{{Field: "arn"}},
		Immutable: []string{"name", "scope", "region", "ipAddressVersion"},
		Simulated: func(a *Answer) {
			a.At["id"] = a.hash(8)
			a.arn("wafv2", "global/ipset/"+a.param("name")+"/"+a.hash(8))
		},
	},
	{
		GVK: wafv2.WebACL_GroupVersionKind, Object: &wafv2.WebACL{},
		Keys: []string{"webacl"},
		Actions: []string{
			"wafv2:CreateWebACL", "wafv2:GetWebACL", "wafv2:UpdateWebACL", "wafv2:DeleteWebACL",
			"wafv2:TagResource", "wafv2:UntagResource", "wafv2:ListTagsForResource",
		},
		Proofs:    []Proof{{Field: "arn"}},
		Immutable: []string{"name", "scope", "region"},
		Simulated: func(a *Answer) {
			a.At["id"] = a.hash(8)
			a.arn("wafv2", "global/webacl/"+a.param("name")+"/"+a.hash(8))
			a.At["capacity"] = float64(902)
		},
	},
	{
		GVK: wafv2.WebACLLoggingConfiguration_GroupVersionKind, Object: &wafv2.WebACLLoggingConfiguration{},
		Keys: []string{"logging-waf"},
		Actions: []string{
			"wafv2:PutLoggingConfiguration", "wafv2:GetLoggingConfiguration", "wafv2:DeleteLoggingConfiguration",
			"logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:PutResourcePolicy",
			"logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
		},
		NoProof:   setting,
		Immutable: []string{"resourceArn", "logDestinationConfigs"},
		Simulated: func(a *Answer) { a.At["id"] = a.param("resourceArn") },
	},
}
