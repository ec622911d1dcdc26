package stack

import (
	"strings"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
)

const (
	// stackDigestLen tells two claims of one name in two namespaces apart, and is
	// short enough for the 32 characters of a load balancer's name.
	stackDigestLen = 6
	// contentDigestLen tells two contents of one resource apart.
	contentDigestLen = 8
	// uidLen is how much of the claim's UID tells two lives of one claim apart.
	uidLen = 8
)

// ObjectName is the name of the Kubernetes object behind a key.
func (s *Stack) ObjectName(key Key) string { return s.Claim.GetName() + "-" + string(key) }

// Name is a name in AWS, unique in the account: the stack's ID and a suffix. To
// stay within the limit the claim's part is cut, never the digest or the suffix.
func (s *Stack) Name(suffix string, limit int) string {
	tail := s.ID[len(s.Claim.GetName()):] + "-" + suffix
	head := s.Claim.GetName()
	if room := limit - len(tail); len(head) > room {
		head = strings.TrimRight(head[:max(room, 0)], "-")
	}
	return head + tail
}

// Life tells two lives of one claim apart: the first digits of its UID. What a
// recreated claim must not collide with carries it.
func (s *Stack) Life() string {
	uid := strings.ReplaceAll(string(s.Claim.GetUID()), "-", "")
	if len(uid) < uidLen {
		return DigestOf(s.ID+uid, uidLen)
	}
	return uid[:uidLen]
}

// Ref refers to another resource of this claim.
func (s *Stack) Ref(key Key) *xpv1.NamespacedReference {
	return &xpv1.NamespacedReference{Name: s.ObjectName(key)}
}

// Refs refers to other resources of this claim.
func (s *Stack) Refs(keys ...Key) []xpv1.NamespacedReference {
	out := make([]xpv1.NamespacedReference, len(keys))
	for i, k := range keys {
		out[i] = xpv1.NamespacedReference{Name: s.ObjectName(k)}
	}
	return out
}

// Tags are the tags of a resource: Kasha's own and the claim's.
func (s *Stack) Tags(key Key) map[string]*string {
	own := map[string]string{
		"Name":               s.ID + "-" + string(key),
		"kasha.io/claim":     s.Claim.GetName(),
		"kasha.io/namespace": s.Claim.GetNamespace(),
		"kasha.io/stack":     s.ID,
	}
	out := make(map[string]*string, len(own)+len(s.Claim.Spec.Tags))
	for k, v := range s.Claim.Spec.Tags {
		v := string(v)
		out[k] = &v
	}
	for k, v := range own {
		out[k] = &v
	}
	return out
}
