// Package crypto composes the KMS keys that encrypt everything at rest: one for data,
// which outlives the claim, and one for telemetry, which does not. A claim outside the
// edge's region has one more key for telemetry there.
package crypto

import (
	"k8s.io/utils/ptr"

	kms "github.com/upbound/provider-aws/v2/apis/namespaced/kms/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Compose adds the keys and their aliases.
func Compose(s *stack.Stack, p *plan.Plan) {
	// Final snapshots and recovery points are encrypted with the data key and outlive
	// the claim, so the key outlives it too. Everything waits for this key, so the key
	// does not wait for the account that its policy names: until the account is known,
	// the key has AWS's default policy, which grants the same.
	key(s, keys.DataKey, s.Region,
		"Encrypts the database, its secret, the bucket, the images and the backups. "+
			"It outlives the claim, since snapshots do.",
		stack.Later(dataPolicy(s, p).String()), stack.Retain())
	alias(s, keys.DataKey, s.Region)
	key(s, keys.TelemetryKey, s.Region, "Encrypts the log groups and the alarm topic.", telemetryPolicy(s).String())
	alias(s, keys.TelemetryKey, s.Region)
	if s.Region != plan.GlobalRegion {
		// A key works in one region, and the firewall's logs and the topic of its alarm
		// are in the edge's region.
		key(s, keys.EdgeKey, plan.GlobalRegion,
			"Encrypts the firewall's logs and the alarm topic of the edge.", edgePolicy(s).String())
		alias(s, keys.EdgeKey, plan.GlobalRegion)
	}
}

func key(s *stack.Stack, k stack.Key, region, purpose, policy string, opts ...stack.Option) {
	s.Add(k, purpose, &kms.Key{Spec: kms.KeySpec{ForProvider: kms.KeyParameters{
		Region:               &region,
		Description:          ptr.To(s.ID + ": " + purpose),
		EnableKeyRotation:    ptr.To(true),
		RotationPeriodInDays: ptr.To(365.0),
		DeletionWindowInDays: ptr.To(30.0),
		KeyUsage:             ptr.To("ENCRYPT_DECRYPT"),
		Policy:               &policy,
		Tags:                 s.Tags(k),
	}}}, opts...)
}

// alias is named after the stack. The provider adds the prefix alias/ itself.
func alias(s *stack.Stack, k stack.Key, region string) {
	name := string(k[len("key-"):])
	s.Add(keys.KeyAlias(name), "The key's name in the console.",
		&kms.Alias{Spec: kms.AliasSpec{ForProvider: kms.AliasParameters{
			Region:         &region,
			TargetKeyIDRef: s.Ref(k),
		}}}, stack.ExternalName(s.ID+"-"+name))
}
