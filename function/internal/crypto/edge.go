package crypto

import (
	"k8s.io/utils/ptr"

	kms "github.com/upbound/provider-aws/v2/apis/namespaced/kms/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// edgeKey encrypts the firewall's logs, which are in us-east-1, where a key of
// another region cannot be used.
func edgeKey(s *stack.Stack) {
	k := s.GlobalTelemetryKey()
	if what := s.Claim.Spec.Edge.WAF.Logs; k == telemetry || what == v1alpha1.WAFLogsNone || what == "" {
		return
	}
	const purpose = "Encrypts the firewall's logs in us-east-1."
	s.Add(k, purpose, &kms.Key{Spec: kms.KeySpec{ForProvider: kms.KeyParameters{
		Region:               ptr.To(stack.GlobalRegion),
		Description:          ptr.To(s.ID + ": " + purpose),
		EnableKeyRotation:    ptr.To(true),
		RotationPeriodInDays: ptr.To(365.0),
		DeletionWindowInDays: ptr.To(30.0),
		KeyUsage:             ptr.To("ENCRYPT_DECRYPT"),
		Policy:               ptr.To(policy.Document{account(s), logs(s, stack.GlobalRegion)}.String()),
		Tags:                 s.Tags(k),
	}}})
}
