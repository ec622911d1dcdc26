package kinds

import ecr "github.com/upbound/provider-aws/v2/apis/namespaced/ecr/v1beta1"

var ecrKinds = []Record{
	{
		GVK: ecr.LifecyclePolicy_GroupVersionKind, Object: &ecr.LifecyclePolicy{},
		Keys:      []string{"lifecycle-*"},
		Actions:   []string{"ecr:PutLifecyclePolicy", "ecr:GetLifecyclePolicy", "ecr:DeleteLifecyclePolicy"},
		NoProof:   setting,
		Immutable: []string{"policy", "repositoryRef"},
	},
	{
		GVK: ecr.Repository_GroupVersionKind, Object: &ecr.Repository{},
		Keys: []string{"repository-*"},
		Actions: []string{
			"ecr:CreateRepository", "ecr:DescribeRepositories", "ecr:DeleteRepository",
			"ecr:PutImageScanningConfiguration", "ecr:PutImageTagMutability", "ecr:TagResource",
			"ecr:UntagResource", "ecr:ListTagsForResource", "kms:CreateGrant", "kms:RetireGrant", "kms:DescribeKey",
		},
		Proofs:    []Proof{{Field: "repositoryUrl"}},
		Loss:      "the images in it, unless AWS refuses because there are any",
		Immutable: []string{"encryptionConfiguration"},
		Simulated: func(a *Answer) {
			a.arn("ecr", "repository/"+a.External())
			a.At["repositoryUrl"] = account + ".dkr.ecr." + a.Region + ".amazonaws.com/" + a.External()
		},
	},
}
