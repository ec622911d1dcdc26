package kinds

import cloudformation "github.com/upbound/provider-aws/v2/apis/namespaced/cloudformation/v1beta1"

var cloudformationKinds = []Record{
	{
		GVK: cloudformation.Stack_GroupVersionKind, Object: &cloudformation.Stack{},
		Keys: []string{"restore-test"},
		Actions: []string{
			"cloudformation:CreateStack", "cloudformation:DescribeStacks", "cloudformation:DescribeStackEvents",
			"cloudformation:GetTemplate", "cloudformation:UpdateStack", "cloudformation:DeleteStack",
			"cloudformation:TagResource", "cloudformation:UntagResource", "backup:CreateRestoreTestingPlan",
			"backup:GetRestoreTestingPlan", "backup:UpdateRestoreTestingPlan", "backup:DeleteRestoreTestingPlan",
			"backup:CreateRestoreTestingSelection", "backup:GetRestoreTestingSelection",
			"backup:UpdateRestoreTestingSelection", "backup:DeleteRestoreTestingSelection", "backup:ListTags",
			"backup:TagResource", "backup:UntagResource", "iam:CreateRole", "iam:GetRole", "iam:DeleteRole",
			"iam:TagRole",
			"iam:AttachRolePolicy", "iam:DetachRolePolicy",
		},
		PassesRoleTo: "backup.amazonaws.com",
		Proofs:       []Proof{{Field: "id"}},
		Immutable:    []string{"name"},
		Simulated: func(a *Answer) {
			a.arn("cloudformation", "stack/"+a.param("name")+"/"+a.hash(16))
			a.At["id"] = a.At["arn"]
		},
	},
}
