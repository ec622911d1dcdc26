package identity

import (
	"k8s.io/utils/ptr"

	iam "github.com/upbound/provider-aws/v2/apis/namespaced/iam/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

func role(s *stack.Stack, p *plan.Plan, name, suffix, purpose string, trust policy.Document, opts ...stack.Option) {
	key := keys.Role(name)
	params := iam.RoleParameters{
		AssumeRolePolicy:    ptr.To(trust.String()),
		Description:         &purpose,
		ForceDetachPolicies: ptr.To(true),
		Tags:                s.RoleTags(key),
	}
	if path := p.RolePath(); path != "/" {
		params.Path = &path
	}
	if b := s.Boundary(); b != "" {
		params.PermissionsBoundary = &b
	}
	s.Add(key, purpose,
		&iam.Role{Spec: iam.RoleSpec{ForProvider: params}}, append(opts, stack.ExternalName(p.RoleName(suffix)))...)
}

// rolePolicy adds the inline policy with what a role needs.
func rolePolicy(s *stack.Stack, name string, d policy.Document) {
	addRolePolicy(s, keys.RolePolicy(name), name, "least-privilege",
		"Allows the role what it needs, and nothing else.", d)
}

// addRolePolicy adds one of a role's inline policies. Its name need only be unique
// within the role.
func addRolePolicy(s *stack.Stack, key stack.Key, role, name, purpose string, d policy.Document) {
	s.Add(key, purpose, &iam.RolePolicy{Spec: iam.RolePolicySpec{ForProvider: iam.RolePolicyParameters{
		RoleRef: s.Ref(keys.Role(role)),
		Policy:  ptr.To(d.String()),
	}}}, stack.ExternalName(name))
}

// attachment attaches one of AWS's managed policies to a role. AWS keeps it up to date
// with what its services need.
func attachment(s *stack.Stack, name, to, managed string, opts ...stack.Option) {
	s.Add(keys.Attachment(name), "Gives the role a policy that AWS maintains.",
		&iam.RolePolicyAttachment{Spec: iam.RolePolicyAttachmentSpec{ForProvider: iam.RolePolicyAttachmentParameters{
			RoleRef:   s.Ref(keys.Role(to)),
			PolicyArn: ptr.To("arn:aws:iam::aws:policy/" + managed),
		}}}, opts...)
}
