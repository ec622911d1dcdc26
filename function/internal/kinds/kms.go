package kinds

import kms "github.com/upbound/provider-aws/v2/apis/namespaced/kms/v1beta1"

var kmsKinds = []Record{
	{
		GVK: kms.Alias_GroupVersionKind, Object: &kms.Alias{},
		Keys:      []string{"alias-*"},
		Actions:   []string{"kms:CreateAlias", "kms:ListAliases", "kms:UpdateAlias", "kms:DeleteAlias"},
		NoProof:   atOnce,
		Simulated: func(a *Answer) { a.arn("kms", "alias/"+a.External()) },
	},
	{
		GVK: kms.Key_GroupVersionKind, Object: &kms.Key{},
		Keys: []string{"key-*"},
		Actions: []string{
			"kms:CreateKey", "kms:DescribeKey", "kms:GetKeyPolicy", "kms:PutKeyPolicy", "kms:GetKeyRotationStatus",
			"kms:EnableKeyRotation", "kms:DisableKeyRotation", "kms:EnableKey", "kms:DisableKey",
			"kms:UpdateKeyDescription", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource",
			"kms:ListResourceTags",
		},
		Proofs:    []Proof{{Field: "keyId"}, {Field: "arn"}},
		Loss:      "everything that is encrypted with it",
		Immutable: []string{"keyUsage"},
		Simulated: func(a *Answer) {
			a.At["id"] = a.hash(8) + "-" + a.hash(4) + "-4" + a.hash(3) + "-a" + a.hash(3) + "-" + a.hash(12)
			a.At["keyId"] = a.At["id"]
			a.arn("kms", "key/"+a.id())
		},
	},
}
