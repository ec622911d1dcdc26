package backup

import (
	"k8s.io/utils/ptr"

	backup "github.com/upbound/provider-aws/v2/apis/namespaced/backup/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// vaultName carries the claim's life: a vault outlives its claim, and a claim that is
// created again has another key.
func vaultName(s *stack.Stack) string {
	if o, ok := s.Observed(keys.Vault); ok {
		if name, ok := stack.Text(o, "metadata", "annotations", "crossplane.io/external-name"); ok {
			return name
		}
	}
	return s.Name(s.Lived("archive"), plan.LimitBackup)
}

func vault(s *stack.Stack) {
	s.Add(keys.Vault, "Holds the database's monthly snapshots; it stays when the claim is deleted.",
		&backup.Vault{Spec: backup.VaultSpec{ForProvider: backup.VaultParameters{
			Region:       &s.Region,
			KMSKeyArnRef: s.Ref(keys.DataKey),
			ForceDestroy: ptr.To(false),
			Tags:         s.Tags(keys.Vault),
		}}}, stack.ExternalName(vaultName(s)), stack.Retain())
}
