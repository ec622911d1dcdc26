package kinds

import (
	"strings"

	iam "github.com/upbound/provider-aws/v2/apis/namespaced/iam/v1beta1"
)

var iamKinds = []Record{
	{
		GVK: iam.Role_GroupVersionKind, Object: &iam.Role{},
		Keys: []string{"role-*"},
		Actions: []string{
			"iam:CreateRole", "iam:GetRole", "iam:UpdateRole", "iam:UpdateRoleDescription",
			"iam:UpdateAssumeRolePolicy", "iam:DeleteRole", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies",
			"iam:ListInstanceProfilesForRole", "iam:PutRolePermissionsBoundary", "iam:TagRole",
			"iam:UntagRole", "iam:ListRoleTags",
		},
		Proofs:    []Proof{{Field: "arn"}},
		Immutable: []string{"path"},
		Simulated: func(a *Answer) {
			path, given := a.Params["path"].(string)
			if !given {
				path = "/"
			}
			a.globalARN("iam", "role"+path+a.External())
			a.At["uniqueId"] = "AROA" + strings.ToUpper(a.hash(16))
		},
	},
	{
		GVK: iam.RolePolicy_GroupVersionKind, Object: &iam.RolePolicy{},
		Keys:      []string{"rolepolicy-*"},
		Actions:   []string{"iam:PutRolePolicy", "iam:GetRolePolicy", "iam:DeleteRolePolicy"},
		NoProof:   setting,
		Immutable: []string{"roleRef"},
	},
	{
		GVK: iam.RolePolicyAttachment_GroupVersionKind, Object: &iam.RolePolicyAttachment{},
		Keys:      []string{"attachment-*"},
		Actions:   []string{"iam:AttachRolePolicy", "iam:ListAttachedRolePolicies", "iam:DetachRolePolicy"},
		NoProof:   setting,
		Immutable: []string{"policyArn", "roleRef"},
	},
}
