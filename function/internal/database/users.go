package database

import (
	"strconv"

	"k8s.io/utils/ptr"

	rds "github.com/upbound/provider-aws/v2/apis/namespaced/rds/v1beta1"
	secretsmanager "github.com/upbound/provider-aws/v2/apis/namespaced/secretsmanager/v1beta1"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// userSecrets adds the secrets of the two alternating users. The runner writes what is in
// them, so no password of theirs is ever in Kubernetes, and it can write another at any time:
// they are deleted at once, so that the claim can have users again.
func userSecrets(s *stack.Stack, p *plan.Plan) {
	for _, slot := range p.UserSlots() {
		key := keys.UserSecret(slot)
		name := "kasha/" + s.Lived(s.ID) + "/rds/mysql/user-" + strconv.Itoa(slot)
		s.Add(key, "Tells the backend how to connect to the database as one of two users that alternate.",
			&secretsmanager.Secret{Spec: secretsmanager.SecretSpec{ForProvider: secretsmanager.SecretParameters{
				Region:               &s.Region,
				Name:                 ptr.To(s.Sticky(key, "name", name)),
				Description:          ptr.To("Connection to the database of " + s.ID),
				KMSKeyIDRef:          s.Ref(keys.DataKey),
				RecoveryWindowInDays: ptr.To(0.0),
				Tags:                 s.Tags(key),
			}}})
	}
}

// accepted are the secrets of the users that the proxy lets in.
func accepted(p *plan.Plan) []rds.AuthParameters {
	secrets := []stack.Key{keys.Secret}
	for _, slot := range p.UserSlots() {
		secrets = append(secrets, keys.UserSecret(slot))
	}
	out := make([]rds.AuthParameters, 0, len(secrets))
	for _, k := range secrets {
		// An ARN, because the provider and Crossplane would overwrite a reference
		// inside a list in turns.
		out = append(out, rds.AuthParameters{
			AuthScheme:             ptr.To("SECRETS"),
			IAMAuth:                ptr.To("DISABLED"),
			ClientPasswordAuthType: ptr.To("MYSQL_CACHING_SHA2_PASSWORD"),
			SecretArn:              ptr.To(stack.ARN(k)),
		})
	}
	return out
}
