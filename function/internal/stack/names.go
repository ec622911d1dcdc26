package stack

import (
	"maps"
	"slices"
	"strings"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
)

const (
	// legacyLen is the length of what follows the claim's name and a hyphen in the ID of a
	// stack that v0.1.0 composed first.
	legacyLen = 6
	// contentDigestLen is the length of the digest that distinguishes the contents of a
	// resource.
	contentDigestLen = 8
	// uidLen is the length of the part of the claim's UID that distinguishes a claim from
	// a recreated one.
	uidLen = 8
)

// ObjectName is the name of the Kubernetes object for a key.
func (s *Stack) ObjectName(key Key) string { return s.Claim.GetName() + "-" + string(key) }

// Name returns a name in AWS that is unique in the account: the stack's ID and a suffix.
// If it is longer than limit characters, the claim's name in it is cut, never the digest
// or the suffix.
func (s *Stack) Name(suffix string, limit int) string {
	tail := s.ID[len(s.Claim.GetName()):] + "-" + suffix
	head := s.Claim.GetName()
	if room := limit - len(tail); len(head) > room {
		head = strings.TrimRight(head[:max(room, 0)], "-")
	}
	return head + tail
}

// Legacy tells whether v0.1.0 composed the stack first. The ID of such a stack follows from
// the claim's namespace and name, so a recreated claim has it again.
func (s *Stack) Legacy() bool { return len(s.ID) == len(s.Claim.GetName())+1+legacyLen }

// Lived returns a name for something that outlives the claim, and that a recreated claim
// must not collide with. The ID alone is enough, because a recreated claim has another one.
// A legacy stack's name also contains the first digits of the claim's UID.
func (s *Stack) Lived(name string) string {
	if s.Legacy() {
		return name + "-" + s.life()
	}
	return name
}

func (s *Stack) life() string {
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

// TagNamespace is the tag with the namespace of the claim. RDS copies a database's tags to its
// snapshots.
const TagNamespace = "kasha.io/namespace"

// Tags returns a resource's tags: Kasha's own, those that the platform imposes, and those of
// the claim. The former win over the latter.
func (s *Stack) Tags(key Key) map[string]*string {
	return s.tags(key, func(string) bool { return true })
}

// RoleTags returns the tags of an IAM role, or of something that makes one. They are the
// tags of the sessions that use the role. An author who chooses them could pass as another team
// to the policies of others, so the claim's own are only those that the platform lets it set.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/introduction_attribute-based-access-control.html
func (s *Stack) RoleTags(key Key) map[string]*string { return s.tags(key, s.roleTag) }

// tags are a resource's tags. The claim's own are those whose keys are taken.
func (s *Stack) tags(key Key, takes func(string) bool) map[string]*string {
	own := map[string]string{
		"Name":           s.ID + "-" + string(key),
		"kasha.io/claim": s.Claim.GetName(),
		TagNamespace:     s.Claim.GetNamespace(),
		"kasha.io/stack": s.ID,
	}
	out := s.claimTags()
	maps.DeleteFunc(out, func(k string, _ *string) bool { return !takes(k) })
	for k, v := range s.imposed.Tags {
		v := string(v)
		out[k] = &v
	}
	for k, v := range own {
		out[k] = &v
	}
	return out
}

// claimTags are the claim's tags, without those whose keys the platform imposes. Where both
// together are more than AWS takes, the claim's last ones go.
func (s *Stack) claimTags() map[string]*string {
	imposed := map[string]bool{}
	for k := range s.imposed.Tags {
		imposed[strings.ToLower(k)] = true
	}
	out := map[string]*string{}
	for _, k := range slices.Sorted(maps.Keys(s.Claim.Spec.Tags)) {
		if v := string(s.Claim.Spec.Tags[k]); !imposed[strings.ToLower(k)] &&
			len(out)+len(imposed) < v1alpha1.MaxTags {
			out[k] = &v
		}
	}
	return out
}

// Boundary is the permissions boundary of every role of the claim, or empty.
func (s *Stack) Boundary() string {
	if b := s.imposed.PermissionsBoundaryARN; b != "" {
		return b
	}
	return s.Claim.Spec.PermissionsBoundaryARN
}
