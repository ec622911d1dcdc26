package plan

import (
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// StaticOrigin is the ID of the bucket of static files among the distribution's origins.
const StaticOrigin = "static"

// Static are the files that CloudFront serves from a bucket of the claim's own.
type Static struct {
	// Spec is what the claim asks for, or nil.
	Spec *v1alpha1.Static
	// Leaving tells whether CloudFront may still read from the bucket although the claim no
	// longer asks for it. What it reads with must stay as long.
	Leaving bool

	stack *stack.Stack
}

func static(s *stack.Stack) Static {
	st := Static{Spec: s.Claim.Spec.Edge.Static, stack: s}
	_, exists := s.Observed(keys.StaticAccess)
	st.Leaving = st.Spec == nil && exists && !hasLeft(s)
	return st
}

// hasLeft tells whether AWS reports that the distribution no longer has the bucket, at all
// edge locations. What is not known has not left.
func hasLeft(s *stack.Stack) bool {
	status, _ := s.Status(keys.Distribution, "status")
	o, ok := s.Observed(keys.Distribution)
	return ok && status == "Deployed" && s.Ready(keys.Distribution) &&
		serves(o, "spec", "forProvider") == no && serves(o, "status", "atProvider") == no
}

// An answer may be unknown.
type answer int

const (
	unknown answer = iota
	no
	yes
)

// serves tells whether the distribution has the bucket as an origin, in its spec or in AWS.
func serves(o stack.Observed, at ...string) answer {
	v, _ := o.Lookup(append(at, "origin")...)
	origins, _ := v.([]any)
	out := unknown
	for _, e := range origins {
		origin, _ := e.(map[string]any)
		switch origin["originId"] {
		case StaticOrigin:
			return yes
		case nil, "":
		default:
			out = no
		}
	}
	return out
}

// Served tells whether the distribution has the bucket as an origin in its spec already.
func (st Static) Served() bool {
	o, ok := st.stack.Observed(keys.Distribution)
	return ok && serves(o, "spec", "forProvider") == yes
}

// sidStatic begins the IDs of the statements that admit CloudFront.
const sidStatic = "Static"

// Admits tells whether the policy of the object at a key, which the distribution waits for,
// is to admit CloudFront. A policy cannot name the distribution before it exists. One that
// names it is kept as it is while the distribution's ARN is not known.
func (st Static) Admits(key stack.Key) bool {
	if st.Spec == nil && !st.Leaving {
		return false
	}
	if _, known := st.stack.Known(stack.ARN(keys.Distribution)); known {
		return true
	}
	return strings.Contains(st.stack.Sticky(key, "policy", ""), `"`+sidStatic)
}

// Admit allows CloudFront an action, for this claim's distribution only.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
func (Static) Admit(sid, resource, action string) policy.Statement {
	return policy.Statement{
		Sid:       sidStatic + sid,
		Effect:    policy.Allow,
		Principal: &policy.Principal{Service: policy.List{"cloudfront.amazonaws.com"}},
		Action:    policy.List{action},
		Resource:  policy.List{resource},
		Condition: policy.Condition{"StringEquals": {"aws:SourceArn": {stack.ARN(keys.Distribution)}}},
	}
}
