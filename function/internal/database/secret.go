package database

import (
	"k8s.io/utils/ptr"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	secretsmanager "github.com/upbound/provider-aws/v2/apis/namespaced/secretsmanager/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/credentials"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	// recoveryDays is how long a deleted secret can be restored. Its name stays taken
	// for that time, so the name carries the claim's life.
	recoveryDays = 7
)

func secret(s *stack.Stack) {
	name := "kasha/" + s.Lived(s.ID) + "/rds/mysql/admin-password"
	s.Add(keys.Secret, "Tells the backend how to connect to the database.",
		&secretsmanager.Secret{Spec: secretsmanager.SecretSpec{ForProvider: secretsmanager.SecretParameters{
			Region:               &s.Region,
			Name:                 ptr.To(s.Sticky(keys.Secret, "name", name)),
			Description:          ptr.To("Connection to the database of " + s.ID),
			KMSKeyIDRef:          s.Ref(keys.DataKey),
			RecoveryWindowInDays: ptr.To(float64(recoveryDays)),
			Tags:                 s.Tags(keys.Secret),
		}}})
}

const versionPurpose = "The content of the database's secret, as the backend reads it."

// secretVersion puts the connection into Secrets Manager. AWS cannot change a version,
// so its key carries what the spec says of the content. Late initialization would write
// the stage AWSCURRENT into the spec, and the provider would move this stage back to
// this version after every rotation.
//
// Where AWS's application rotates, the version is only observed once it exists: its
// content grows old, AWS deletes it after some rotations, and the provider would then
// write it again as the current version.
func secretVersion(s *stack.Stack, p *plan.Plan, key, source stack.Key, open bool) {
	opts := []stack.Option{
		stack.NoLateInitialize(), stack.EchoExternalName(),
		stack.After(keys.Secret), stack.When(open, s.ObjectName(source)),
	}
	if p.Credentials.Mode == credentials.ByApplication && s.InAWS(key) {
		opts = append(opts, stack.ObserveOnly())
	}
	s.Add(key, versionPurpose,
		&secretsmanager.SecretVersion{Spec: secretsmanager.SecretVersionSpec{
			ForProvider: secretsmanager.SecretVersionParameters{
				Region:      &s.Region,
				SecretIDRef: s.Ref(keys.Secret),
				SecretStringSecretRef: &xpv1.LocalSecretKeySelector{
					LocalSecretReference: xpv1.LocalSecretReference{Name: s.ObjectName(source)},
					Key:                  credentials.Field,
				},
			},
		}}, opts...)
}
