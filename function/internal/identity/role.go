package identity

import (
	"k8s.io/utils/ptr"

	iam "github.com/upbound/provider-aws/v2/apis/namespaced/iam/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

func role(s *stack.Stack, name, suffix, purpose string, trust policy.Document, opts ...stack.Option) {
	key := stack.Key("role-" + name)
	p := iam.RoleParameters{
		AssumeRolePolicy:    ptr.To(trust.String()),
		Description:         &purpose,
		ForceDetachPolicies: ptr.To(true),
		Tags:                s.Tags(key),
	}
	if b := s.Claim.Spec.PermissionsBoundaryARN; b != "" {
		p.PermissionsBoundary = &b
	}
	s.Add(key, purpose, &iam.Role{Spec: iam.RoleSpec{ForProvider: p}}, append(opts, stack.ExternalName(s.RoleName(suffix)))...)
}

// rolePolicy is a role's own policy. Its name need only be unique in the role.
func rolePolicy(s *stack.Stack, name string, p policy.Document) {
	s.Add(stack.Key("rolepolicy-"+name), "What the role may do, and nothing else.", &iam.RolePolicy{Spec: iam.RolePolicySpec{ForProvider: iam.RolePolicyParameters{
		RoleRef: s.Ref(stack.Key("role-" + name)),
		Policy:  ptr.To(p.String()),
	}}}, stack.ExternalName("least-privilege"))
}

// attachment gives a role one of AWS's own policies, which AWS keeps up with
// what its services need.
func attachment(s *stack.Stack, name, to, managed string, opts ...stack.Option) {
	s.Add(stack.Key("attachment-"+name), "What the role may do, in a policy that AWS maintains.", &iam.RolePolicyAttachment{Spec: iam.RolePolicyAttachmentSpec{ForProvider: iam.RolePolicyAttachmentParameters{
		RoleRef:   s.Ref(stack.Key("role-" + to)),
		PolicyArn: ptr.To("arn:aws:iam::aws:policy/" + managed),
	}}}, opts...)
}
